"""Where logs are delivered to, as the setting `log_sinks` says (docs/log-delivery.md)."""
