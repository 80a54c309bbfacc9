"""User import jobs: the file on its way in, its lines, and the worker that makes users of them."""
