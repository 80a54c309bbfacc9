"""One module per challenge: `issue` asks, `check` proves."""
