"""The API gateway in front of functions and servers (docs/gateway.md): `poolhouse gateway`.

front.py      one request, from its first byte to its line in the log
config.py     gateway.toml as values; routes.py: which route a request is for; paths.py: what its path says
gate.py       tokens; cors.py; headers.py: what goes on, and what does not
compiled.py   a configuration made ready; another one may take its place between two requests
kinds/        what answers: http.py (a server), functions.py (a function, events.py and results.py)
"""
