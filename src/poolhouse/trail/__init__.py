"""What led to a request's decision: whence it came, and the event that is made of it in the end."""
