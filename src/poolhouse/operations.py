"""Every operation that Poolhouse has: importing this module registers them all."""

from importlib import import_module
from pkgutil import iter_modules

from poolhouse import identity, idp, sts

for _package in (idp, identity, sts):
    for _module in iter_modules(_package.__path__, f"{_package.__name__}."):
        import_module(_module.name)
