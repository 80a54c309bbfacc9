"""What an assertion says, and whether it says it of us, to us and now (core, 2; profiles, 4.1.4.3). Pure.

Everything here reads an element that signxml gave back: canonical, so without comments.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from poolhouse.errors import (
    AttributesRefused,
    AudienceRefused,
    ConditionRefused,
    DestinationRefused,
    InResponseToRefused,
    IssuerRefused,
    NotInTime,
    SamlUnreadable,
    SubjectRefused,
)
from poolhouse.federation.saml.xml import SAML, Element, instant, tag, text_of
from poolhouse.ports import MINUTE, Instant

CLOCK_SKEW = 3 * MINUTE  # how far a provider's clock may be from ours [K]

_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_UNDERSTOOD = frozenset(tag(SAML, name) for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction"))


class Expected(Struct, frozen=True):
    """What a response is held against.

    issuer          the entity id of the provider
    destination     our assertion consumer service, as the request named it
    others          its other addresses, where no request named one
    audience        our entity id
    in_response_to  the id of our request; None: the provider began (IDPInit)
    """

    issuer: str
    destination: str
    audience: str
    in_response_to: str | None
    now: Instant
    others: frozenset[str] = frozenset()


class Assertion(Struct, frozen=True):
    """A user, as the provider knows him.

    subject        the NameID
    session_index  of the first AuthnStatement; "" where there is none
    attributes     by name, with all values, in the order of the assertion
    good_until     nobody may use the same assertion again before this
    """

    assertion_id: str
    subject: str
    name_format: str
    session_index: str
    good_until: Instant
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def checked(assertion: Element, expected: Expected) -> Assertion:
    """The assertion, if it is one for us. Raises a `SamlRefused`."""
    assertion_id = assertion.get("ID", "")
    if assertion.get("Version") != "2.0" or not assertion_id:
        raise SamlUnreadable
    if text_of(assertion.find(tag(SAML, "Issuer"))) != expected.issuer:
        raise IssuerRefused
    try:
        _check_conditions(assertion, expected)
        name = _name_id(assertion)
        good_until = _confirmed_until(assertion, expected)
        session_index = _session_index(assertion, expected)
    except ValueError as error:
        raise NotInTime from error  # a time that is none
    return Assertion(
        assertion_id=assertion_id,
        subject=text_of(name),
        name_format=name.get("Format", ""),
        session_index=session_index,
        good_until=good_until + CLOCK_SKEW,
        attributes=_attributes(assertion),
    )


def _check_conditions(assertion: Element, expected: Expected) -> None:
    found = assertion.findall(tag(SAML, "Conditions"))
    if len(found) != 1:
        raise AudienceRefused(audience=expected.audience)
    _check_time(found[0], expected.now)
    if any(child.tag not in _UNDERSTOOD for child in found[0]):
        raise ConditionRefused
    restrictions = found[0].findall(tag(SAML, "AudienceRestriction"))
    if not restrictions or not all(_allows(each, expected.audience) for each in restrictions):
        raise AudienceRefused(audience=expected.audience)


def _allows(restriction: Element, audience: str) -> bool:
    return audience in [text_of(each) for each in restriction.findall(tag(SAML, "Audience"))]


def _check_time(element: Element, now: Instant) -> None:
    """NotBefore and NotOnOrAfter, each where it is there."""
    begins, ends = element.get("NotBefore"), element.get("NotOnOrAfter")
    if begins is not None and instant(begins) > now + CLOCK_SKEW:
        raise NotInTime
    if ends is not None and instant(ends) <= now - CLOCK_SKEW:
        raise NotInTime


def _name_id(assertion: Element) -> Element:
    """The one NameID of the one subject: plain text and not empty. Encrypted ones are refused."""
    subjects = assertion.findall(tag(SAML, "Subject"))
    names = subjects[0].findall(tag(SAML, "NameID")) if len(subjects) == 1 else []
    if len(names) != 1 or len(names[0]) or not text_of(names[0]):
        raise SubjectRefused
    return names[0]


def _confirmed_until(assertion: Element, expected: Expected) -> Instant:
    """The end of the first bearer confirmation that is for us. Raises why the last one was not."""
    refusal: Exception = SubjectRefused()
    for confirmation in assertion.findall(f"{tag(SAML, 'Subject')}/{tag(SAML, 'SubjectConfirmation')}"):
        data = confirmation.findall(tag(SAML, "SubjectConfirmationData"))
        if confirmation.get("Method") != _BEARER or len(data) != 1:
            continue
        try:
            return _checked_confirmation(data[0], expected)
        except (DestinationRefused, InResponseToRefused, NotInTime) as error:
            refusal = error
    raise refusal


def _checked_confirmation(data: Element, expected: Expected) -> Instant:
    """Profiles, 4.1.4.2: Recipient and NotOnOrAfter must be there; InResponseTo if there was a request."""
    if data.get("Recipient") not in (expected.destination, *expected.others):
        raise DestinationRefused
    if data.get("InResponseTo") != expected.in_response_to:
        raise InResponseToRefused
    ends = data.get("NotOnOrAfter")
    if ends is None:
        raise NotInTime
    _check_time(data, expected.now)
    return instant(ends)


def _session_index(assertion: Element, expected: Expected) -> str:
    """Of the first AuthnStatement (behaviour file, 6.8); some providers send none."""
    statements = assertion.findall(tag(SAML, "AuthnStatement"))
    ends = [statement.get("SessionNotOnOrAfter") for statement in statements]
    if any(end is not None and instant(end) <= expected.now - CLOCK_SKEW for end in ends):
        raise NotInTime
    return statements[0].get("SessionIndex", "") if statements else ""


def _attributes(assertion: Element) -> Mapping[str, tuple[str, ...]]:
    """An attribute that is there twice has the values of both."""
    found: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.findall(f"{tag(SAML, 'AttributeStatement')}/{tag(SAML, 'Attribute')}"):
        name = attribute.get("Name")
        if not name:
            raise AttributesRefused
        found[name] = found.get(name, ()) + tuple(_values(attribute))
    return found


def _values(attribute: Element) -> Iterator[str]:
    for value in attribute.findall(tag(SAML, "AttributeValue")):
        yield text_of(value)
