"""Passwords that are known: stolen somewhere, or so common that they are tried first (docs/breaches.md)."""
