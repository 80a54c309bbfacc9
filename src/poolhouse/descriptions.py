"""The settings as documents, the command line and refusals show them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from poolhouse.settings import PREFIX, PROFILE_DEFAULTS, Settings


class Description(Struct, frozen=True):
    """A setting as the documents and the command line show it."""

    name: str
    text: str
    form: str
    unit: str
    secret: bool
    dev: bool
    default: Any
    dev_default: Any

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def describe() -> Iterator[Description]:
    """Every setting, in the order of settings.py."""
    for field in msgspec.structs.fields(Settings):
        if field.name == "profile":
            continue
        meta = get_args(hints()[field.name])[-1]
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        yield Description(
            name=field.name,
            text=meta.description,
            form=meta.extra["form"] or _form(hints()[field.name]),
            unit=meta.extra["unit"],
            secret=meta.extra["secret"],
            dev=meta.extra["dev"],
            default=default,
            dev_default=PROFILE_DEFAULTS["dev"].get(field.name, default),
        )


def described(name: str) -> Description:
    return next(description for description in describe() if description.name == name)


def plain(hint: Any) -> Any:
    """The type without its annotations."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _form(hint: Any) -> str:
    """What a value of the type looks like."""
    kind = plain(hint)
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if kind is int:
        limits = {
            name: value
            for meta in get_args(hint)[1:]
            for name in ("ge", "le")
            if (value := getattr(meta, name)) is not None
        }
        return f"a whole number from {limits['ge']:,} to {limits['le']:,}"
    return {bool: "on or off", str: "a text"}.get(kind, "a list of texts, separated by commas")


@cache
def hints() -> Mapping[str, Any]:
    return get_type_hints(Settings, include_extras=True)


@cache
def names() -> frozenset[str]:
    return frozenset(hints()) - {"profile"}
