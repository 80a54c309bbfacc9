"""Cryptography as pure functions: no clock, no randomness, no I/O. Random bytes come in as arguments."""
