"""Lambda triggers: call.py calls one; beside it a module per kind, which asks and reads (section 5)."""
