"""Threat protection: what is known about a password or an attempt, and how much of a risk that is. Pure."""
