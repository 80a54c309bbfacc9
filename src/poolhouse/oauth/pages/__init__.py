"""Managed login: a view (what a page shows) and a face (whose page it is) become HTML."""
