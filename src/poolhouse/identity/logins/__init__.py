"""Login tokens, verified: one module for each kind of provider (behaviour file, 1.18)."""
