"""What is hard to read in the looks of all pools, for whoever runs the server (UI guide, section 5)."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from poolhouse.directory import classic_css, managed_branding
from poolhouse.ports import Row, Statement, Tx

_STYLES = Statement("""
    SELECT pool_id, client_id, settings FROM login_styles ORDER BY pool_id, client_id LIMIT 1000
""")
_SHEETS = Statement("""
    SELECT pool_id, client_id, css FROM ui_customizations ORDER BY pool_id, client_id LIMIT 1000
""")


class HardToRead(Struct, frozen=True):
    """`what` is a whole sentence or two."""

    pool_id: str
    client_id: str  # or ALL
    what: str


async def hard_to_read(tx: Tx) -> list[HardToRead]:
    """Of the first thousand looks of each kind."""
    styles, sheets = await tx.all(_STYLES), await tx.all(_SHEETS)
    return [
        HardToRead(row["pool_id"], row["client_id"], what)
        for row, warnings in (*_of_styles(styles), *_of_sheets(sheets))
        for what in warnings
    ]


def _of_styles(rows: Sequence[Row]) -> Iterator[tuple[Row, tuple[str, ...]]]:
    for row in rows:
        yield row, managed_branding.rendered(msgspec.json.decode(row["settings"])).warnings


def _of_sheets(rows: Sequence[Row]) -> Iterator[tuple[Row, tuple[str, ...]]]:
    for row in rows:
        yield row, classic_css.rendered(row["css"]).warnings
