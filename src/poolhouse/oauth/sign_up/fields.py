"""What the sign-up page asks for, and what is wrong with what was typed there (UI guide, 6 and 7.10)."""

from collections.abc import Mapping

from msgspec import Struct

from poolhouse.directory import attributes as filters
from poolhouse.directory import sign_up as rules
from poolhouse.directory.attributes import is_email, is_phone
from poolhouse.directory.clients import Client
from poolhouse.directory.pools import Pool
from poolhouse.errors import InvalidParameter, UnauthorizedAttribute
from poolhouse.http.parameters import Parameters
from poolhouse.oauth import pool_rules, typed
from poolhouse.oauth.pages import says
from poolhouse.oauth.pages.parts import Attribute, Identity, Medium
from poolhouse.oauth.pages.words import Said

Errors = dict[str, tuple[Said, ...]]

_FORMS = {"email": (is_email, says.BAD_EMAIL), "phone_number": (is_phone, says.BAD_PHONE)}
_MEDIA: Mapping[str, Medium] = {"email": "email", "phone_number": "phone"}
_BEGIN, _END = "requiredAttributes[", "]"


class Typed(Struct, frozen=True):
    """What was typed; attributes only where something was. `agreed`: the box beside the terms was ticked."""

    username: str
    password: str
    attributes: Mapping[str, str]
    agreed: bool = False


def asked(pool: Pool, client: Client) -> tuple[str, ...]:
    """The attributes that the page asks for: the required ones, in the pool's order.

    What the user name fills is not asked for twice. Where the pool verifies addresses and none of them is
    among these, one is asked for all the same [K]: nobody could confirm the account else.
    """
    named = _named(pool)
    required = tuple(
        name for name, one in pool.schema.items() if one.required and name not in ("sub", *named)
    )
    verified = [name for name in ("email", "phone_number") if name in pool.auto_verified]
    if not verified or set(verified) & {*required, *pool.username_attributes}:
        return required
    return (*required, *[name for name in verified if name in client.writable][:1])


def _named(pool: Pool) -> tuple[str, ...]:
    """The attribute that the field of the user name is sure to fill."""
    return pool.username_attributes if len(pool.username_attributes) == 1 else ()


def sent_by(pool: Pool, client: Client) -> Medium | None:
    """Where the code will go, if the page knows."""
    shown = {*asked(pool, client), *_named(pool)}
    return next((_MEDIA[kind] for kind in rules.verified_by_pool(pool) if kind in shown), None)


def read(pool: Pool, client: Client, form: Parameters) -> Typed:
    """Raises `UnauthorizedAttribute` for an attribute that the page does not ask for: forms are easily
    written by others than us (security.md, rule 6).
    """
    given = {
        name[len(_BEGIN) : -len(_END)]: value.strip()
        for name, value in form.items()
        if name.startswith(_BEGIN) and name.endswith(_END)
    }
    if not set(given) <= {*asked(pool, client), *pool.username_attributes}:
        raise UnauthorizedAttribute
    filled = {name: value for name, value in given.items() if value}
    agreed = form.get("terms") == "1"
    return Typed(form.get("username", "").strip(), form.get("password", ""), filled, agreed)


def shown(pool: Pool, client: Client, typed_now: Typed) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, typed_now.attributes.get(name, "")) for name in asked(pool, client))


def addresses(pool: Pool, client: Client) -> frozenset[str]:
    """The kinds of address that the page asks for, in fields of their own or as the user name."""
    return frozenset({*asked(pool, client), *pool.username_attributes}) & _MEDIA.keys()


def wrong(pool: Pool, client: Client, now: Typed, *, must_agree: bool, needs_password: bool = True) -> Errors:
    """All that is wrong, by field, in the order of the page. `must_agree`: to the terms, by ticking a box."""
    found: Errors = {}
    unticked = must_agree and not now.agreed
    if said := _username_wrong(pool, client, now):
        found["username"] = said
    for name in asked(pool, client):
        if said := _attribute_wrong(pool, client, name, now):
            found[Attribute(name).field] = said
    if now.password or needs_password:
        said = _password_wrong(pool, client, now.password, others_wrong=bool(found) or unticked)
        found |= {"password": said} if said else {}
    if unticked:
        found["terms"] = (says.MUST_AGREE,)
    return found


def _username_wrong(pool: Pool, client: Client, now: Typed) -> tuple[Said, ...]:
    identity = pool_rules.identity(pool)
    if not now.username:
        return (says.missing(identity),)
    if pool.username_attributes and rules.address_kind(pool, now.username) is None:
        return (says.BAD_PHONE if _means_phone(identity, now.username) else says.BAD_EMAIL,)
    if not typed.fits("SignUp", ClientId=client.client_id, Username=now.username):
        return (says.unfit(Said(f"identity.{identity}")),)
    return _misnamed(pool, now)


def _misnamed(pool: Pool, now: Typed) -> tuple[Said, ...]:
    """What `sign_up.named_by` refuses, in words."""
    try:
        rules.named_by(pool, now.username, now.attributes)
    except InvalidParameter:
        kind = rules.address_kind(pool, now.username)
        if kind:
            return (Said("username.differs", {"label": says.label(kind)}),)
        return (Said(f"username.like.{filters.alias_by_shape(pool, now.username)}"),)
    return ()


def _means_phone(identity: Identity, name: str) -> bool:
    return identity == "phone" or (identity == "email_or_phone" and "@" not in name)


def _attribute_wrong(pool: Pool, client: Client, name: str, now: Typed) -> tuple[Said, ...]:
    value = now.attributes.get(name, "")
    if not value and rules.address_kind(pool, now.username) == name:
        return ()  # the user name is this address
    if not value:
        return (says.missing_attribute(name),)
    has_form, said = _FORMS.get(name, (None, None))
    if has_form and said and not has_form(value):
        return (said,)
    listed = [{"Name": name, "Value": value}]
    fits = typed.fits("SignUp", ClientId=client.client_id, Username="x", UserAttributes=listed)
    if not fits or filters.fault(pool, name, value):
        return (says.unfit(says.label(name)),)
    return ()


def _password_wrong(pool: Pool, client: Client, password: str, *, others_wrong: bool) -> tuple[Said, ...]:
    """It is not sent back, so where another field was wrong it has to be typed again."""
    if not password:
        return (says.missing("password"),)
    broken = pool_rules.broken(pool.password_policy, password)
    if not broken and not typed.fits("SignUp", ClientId=client.client_id, Username="x", Password=password):
        broken = (says.unfit(Said("label.password")),)
    return broken or ((says.PASSWORD_AGAIN,) if others_wrong else ())
