"""What led to a request's decision: whence it came, and the event and the metrics that are made of it."""
