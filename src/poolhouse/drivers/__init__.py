"""Everything that touches the world. Imported by `app` only."""
