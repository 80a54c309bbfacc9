"""A thousand random requests that botocore signed are good, and none is after a change of any part."""

import random
from collections.abc import Callable
from urllib.parse import quote

import pytest
from msgspec.structs import replace
from tests.authorizer.signing import (
    LASTING_ID,
    LASTING_SECRET,
    TEMPORARY_ID,
    TEMPORARY_SECRET,
    header,
    signed,
    token,
    verifier,
    with_header,
)

from poolhouse.authorizer.sigv4 import Refused, Request

HOW_MANY = 250  # of each of the four kinds
LETTERS = "abzAZ09-_.~ /+=&%!*'()$:@;,\u00e9\u4e2d\U0001f600"
SESSION_TOKEN = token()


def text(dice: random.Random, most: int, letters: str = LETTERS) -> str:
    return "".join(dice.choice(letters) for _ in range(dice.randint(1, most)))


def made(dice: random.Random, service: str, presigned: bool) -> Request:
    path = "/" + "/".join(text(dice, 6, LETTERS.replace("/", "")) for _ in range(dice.randint(0, 4)))
    names = {text(dice, 5) for _ in range(dice.randint(0, 3))}
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(text(dice, 8), safe='-_.~')}" for name in names)
    headers = {f"X-Amz-Meta-{number}": text(dice, 8, "aB1 ,;=\t") for number in range(dice.randint(0, 3))}
    headers["Content-Type"] = dice.choice(["text/plain", "application/x-amz-json-1.1"])
    lasting = dice.random() < 0.5
    return signed(
        dice.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        quote(path, safe="/~") + (f"?{query}" if query else ""),
        headers,
        b"" if presigned else dice.randbytes(dice.randint(0, 40)),
        presigned=presigned,
        key=(LASTING_ID, LASTING_SECRET) if lasting else (TEMPORARY_ID, TEMPORARY_SECRET),
        session_token=None if lasting else SESSION_TOKEN,
        service=service,
        expires=dice.randint(1, 604_800),
        host=dice.choice(["s3.example.com", "localhost:8500", "api.example.org:8443"]),
    )


def changed(value: str, dice: random.Random) -> str:
    """One letter or digit of it is another one."""
    places = [place for place, char in enumerate(value) if char.isalnum() and char.isascii()]
    place = dice.choice(places)
    other = "1" if value[place] != "1" else "2"
    return value[:place] + other + value[place + 1 :]


def tampered(request: Request, presigned: bool, dice: random.Random) -> dict[str, Request]:
    found = {
        "method": replace(request, method="PATCH"),
        "path": replace(request, path=request.path + "x"),
        "query": replace(request, query=f"{request.query}&zz=1" if request.query else "zz=1"),
        "host": with_header(request, "Host", "elsewhere.example.com"),
        "an added header": with_header(request, "X-Amz-Acl", "public-read"),
    }
    named = ["Content-Type", *(name for name, _ in request.headers if name.startswith("X-Amz-Meta-"))]
    for name in named:
        found[name] = with_header(request, name, header(request, name) + "x")
    if presigned:
        parts = request.query.split("&")
        for place, part in enumerate(parts):
            name, _, value = part.partition("=")
            if any(char.isalnum() for char in value):
                parts[place] = f"{name}={changed(value, dice)}"
                found[f"parameter {name}"] = replace(request, query="&".join(parts))
                parts[place] = part
    else:
        found["body"] = replace(request, body=request.body + b"x")
        before, _, signature = header(request, "Authorization").rpartition("=")
        found["signature"] = with_header(request, "Authorization", f"{before}={changed(signature, dice)}")
        stamp = header(request, "X-Amz-Date")
        found["date"] = with_header(request, "X-Amz-Date", stamp[:-2] + ("1Z" if stamp[-2] != "1" else "2Z"))
    return found


@pytest.mark.parametrize("presigned", [False, True], ids=["header", "presigned"])
@pytest.mark.parametrize("service", ["s3", "bedrock"])
def test_what_botocore_signs_is_good_until_it_is_changed(service: str, presigned: bool) -> None:
    dice = random.Random(f"{service} {presigned}")
    mine = verifier(service=service)
    refused = 0

    for _ in range(HOW_MANY):
        request = made(dice, service, presigned)
        mine.verify(request)
        for part, other in tampered(request, presigned, dice).items():
            assert _is_refused(lambda other=other: mine.verify(other)), (part, request)
            refused += 1

    assert refused > 7 * HOW_MANY


def _is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return True
    return False
