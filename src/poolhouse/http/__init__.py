"""Requests, answers and pages as values: what everything that speaks HTTP shares. No I/O."""
