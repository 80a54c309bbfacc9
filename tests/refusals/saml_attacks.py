"""Signature wrapping, in the eight forms of Somorovsky et al., "On Breaking SAML" (2012): what is signed is
moved to where it is not read, and what is read is the attacker's."""

from copy import deepcopy
from typing import Any

from lxml import etree
from tests.saml_provider import DS, SAML, SAMLP, Provider, tag

Element = Any
EVIL = "admin@example.com"
SIGNATURE = tag(DS, "Signature")


def forged(original: Element, new_id: str | None) -> Element:
    """A copy without its signature, whose subject is the attacker's choice."""
    copy = deepcopy(original)
    for signature in copy.findall(f".//{SIGNATURE}") + copy.findall(SIGNATURE):
        if signature.getparent() is not None:
            signature.getparent().remove(signature)
    for name in copy.iter(tag(SAML, "NameID")):
        name.text = EVIL
    if new_id is not None:
        copy.set("ID", new_id)
    return copy


def _taken_out(element: Element) -> tuple[Element, Element]:
    """The element without its signature, and the signature."""
    bare = deepcopy(element)
    signature = bare.find(SIGNATURE)
    bare.remove(signature)
    return bare, signature


def wrapped(number: int) -> Element:
    """XSW1 to XSW8."""
    provider = Provider()
    if number <= 2:
        return _wrapped_response(number, provider.answer(sign="response"))
    root = provider.answer()
    signed = root.find(tag(SAML, "Assertion"))
    root.remove(signed)
    _WRAPPINGS[number](root, signed)
    return root


def _wrapped_response(number: int, original: Element) -> Element:
    bare, signature = _taken_out(original)
    evil = forged(original, "_evil-response")
    for assertion in evil.iter(tag(SAML, "Assertion")):
        assertion.set("ID", "_evil-assertion")
    if number == 1:
        signature.append(bare)
        evil.append(signature)
    else:
        evil.append(bare)
        evil.append(signature)
    return evil


def _before(root: Element, signed: Element) -> None:
    root.append(forged(signed, "_evil"))
    root.append(signed)


def _around(root: Element, signed: Element) -> None:
    evil = forged(signed, "_evil")
    evil.append(signed)
    root.append(evil)


def _with_its_signature(root: Element, signed: Element) -> None:
    bare, signature = _taken_out(signed)
    evil = forged(signed, "_evil")
    evil.append(signature)
    root.append(evil)
    root.append(bare)


def _in_the_signature(root: Element, signed: Element) -> None:
    bare, signature = _taken_out(signed)
    evil = forged(signed, "_evil")
    signature.append(bare)
    evil.append(signature)
    root.append(evil)


def _in_extensions(root: Element, signed: Element) -> None:
    etree.SubElement(root, tag(SAMLP, "Extensions")).append(forged(signed, None))
    root.append(signed)


def _in_an_object(root: Element, signed: Element) -> None:
    bare, signature = _taken_out(signed)
    evil = forged(signed, "_evil")
    etree.SubElement(signature, tag(DS, "Object")).append(bare)
    evil.append(signature)
    root.append(evil)


_WRAPPINGS = {
    3: _before,
    4: _around,
    5: _with_its_signature,
    6: _in_the_signature,
    7: _in_extensions,
    8: _in_an_object,
}
