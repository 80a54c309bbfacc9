"""XML of others: one parser for all of it, for verifying and for reading.

No document type, so no entities and no bombs; no processing instructions; nothing is fetched.
"""

import re
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from poolhouse.ports import SECOND, Instant

Element = Any  # lxml has no types

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EC = "http://www.w3.org/2001/10/xml-exc-c14n#"

_IDS = frozenset({"ID", "Id", "id"})
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def parser() -> Any:
    """The one way in which XML is read here. UTF-8, whatever the document says of itself."""
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )


def parse(data: bytes) -> Element:
    """The root of a document. Raises `ValueError` for everything that is not plain, closed XML."""
    text = data.decode("utf-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a document type")
    try:
        root = etree.fromstring(data, parser())
    except etree.LxmlError as error:
        raise ValueError("not XML") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a document type")
    if next(root.getroottree().iter(etree.PI, etree.Entity), None) is not None:
        raise ValueError("a processing instruction")
    _ids_are_unique(root)
    return root


def _ids_are_unique(root: Element) -> None:
    """Two elements of one ID are how a signature comes to cover another element than the one that is read."""
    seen: set[str] = set()
    for element in root.iter(etree.Element):
        ids = [value for name, value in element.attrib.items() if etree.QName(name).localname in _IDS]
        if len(ids) > 1 or seen.intersection(ids):
            raise ValueError("an ID that is not unique")
        seen.update(ids)


def standing_alone(element: Element) -> Element:
    """The element as a document of its own, with the namespaces that it stood in."""
    return etree.fromstring(etree.tostring(element, with_tail=False), parser())


def canonical(element: Element) -> Element:
    """The element as exclusive canonicalisation gives it: without comments, its text in one piece."""
    return etree.fromstring(
        etree.tostring(element, method="c14n", exclusive=True, with_comments=False), parser()
    )


def tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def text_of(element: Element | None) -> str:
    """All of its text, without the white space around it; "" for None."""
    return "" if element is None else "".join(element.itertext()).strip()


def instant(value: str) -> Instant:
    """An xs:dateTime; without a zone it is UTC (core, 1.3.3). Raises `ValueError`."""
    if not _DATE_TIME.fullmatch(value):
        raise ValueError("not an xs:dateTime")
    moment = datetime.fromisoformat(value)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * SECOND + moment.microsecond


def date_time(moment: Instant) -> str:
    """The xs:dateTime of a moment, in whole seconds."""
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
