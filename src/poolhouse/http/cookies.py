"""Cookies, read and written (RFC 6265bis)."""

from collections.abc import Mapping


def read(header: str) -> Mapping[str, str]:
    """The cookies of a request; of two with one name the first, which is the one of the longer path."""
    found: dict[str, str] = {}
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name:
            found.setdefault(name, value)
    return found


def written(name: str, value: str, *, seconds: int | None, secure: bool, same_site: str = "Lax") -> bytes:
    """The value of a Set-Cookie header: for the whole host, out of reach of scripts.

    seconds  how long the browser keeps it; 0 takes it away, None is until the browser ends
    """
    age = "" if seconds is None else f"; Max-Age={seconds}"
    lock = "; Secure" if secure else ""
    return f"{name}={value}{age}; Path=/{lock}; HttpOnly; SameSite={same_site}".encode()
