"""Refused: login tokens that an identity pool must not believe, and identities that are somebody else's."""

from typing import Any

from tests.refusals import identities as i
from tests.refusals.identities import SELF, as_ada, as_ben, as_guest, get_id, stage, with_check
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR

NO = "NotAuthorizedException: "
BAD = NO + "Invalid login token. "
NO_TOKEN = BAD + "Not a valid OpenId Connect identity token."
UNSIGNED = BAD + "Couldn't verify signed token."
UNSUPPORTED = NO + "Token is not from a supported provider of this identity pool."
OURS = BAD + "Can't pass in a Cognito token."
REVOKED = BAD + "Token is revoked / signed out"
EXPIRED = BAD + "Token expired: <now> >= <exp>"
MISMATCH = (
    NO + "Logins don't match. Please include at least one valid login for this identity or identity pool."
)
FORBIDDEN = NO + "Access to Identity '{identity}' is forbidden."
GUESTS_OFF = NO + "Unauthenticated access is not supported for this identity pool."
CONFLICT = "ResourceConflictException: Logins are linked to another account"
NOT_FOUND = "ResourceNotFoundException: Identity '{identity}' not found."


async def made_up(s: Scene, **how: Any) -> Any:
    return await get_id(s, await i.forged(s, **how))


async def other_client(s: Scene) -> None:
    s.got["other"] = (await s.tokens(app=await s.another_client()))["IdToken"]


async def other_pool(s: Scene) -> None:
    """Bob of another user pool."""
    pool = await s.another_pool()
    app = await s.another_client(pool)
    await s.world.user(pool, "bob")
    s.got |= {"pool2": pool, "other": (await s.tokens("bob", app=app))["IdToken"]}


async def signed_out(s: Scene) -> None:
    await s.token("GlobalSignOut")


async def late(s: Scene) -> Any:
    await s.later(HOUR)
    return await i.without_times(get_id(s))


TOKENS = (
    *(
        Row(f"a login with {what}", error, lambda s, text=text: get_id(s, text), get_id, arrange=stage())
        for what, text, error in (
            ("garbage", "garbage", NO_TOKEN),
            ("two parts of a token", "e30.e30", NO_TOKEN),
            ("claims that are no object", "e30.W10.e30", NO_TOKEN),
            ("claims without an issuer", "e30.e30.e30", NO_TOKEN),
        )
    ),
    *(
        Row(f"a login with {what}", error, lambda s, how=how: made_up(s, **how), made_up, arrange=stage())
        for what, how, error in (
            ("a token without a signature", {"header": {"alg": "none"}}, NO_TOKEN),
            ("a token that names its own key", {"header": {"jwk": {"kty": "RSA"}}}, NO_TOKEN),
            ("a token of an unknown key", {"header": {"kid": "unknown"}}, UNSIGNED),
            ("a token without an audience", {"aud": None}, BAD + "Missing a required claim: aud"),
            ("a token without an end", {"exp": None}, BAD + "Missing a required claim: exp"),
            ("a token without a subject", {"sub": None}, BAD + "Missing a required claim: sub"),
            ("a token for another use", {"token_use": "access"}, NO_TOKEN),
            ("a token for nobody's client", {"aud": "nobody"}, UNSUPPORTED),
            ("a token for two, of whom neither is ours", {"aud": ["nobody", "else"]}, UNSUPPORTED),
            ("a token that ends at a word", {"exp": "never"}, NO_TOKEN),
            ("a token of AWS's own identity pools", {"iss": f"https://{SELF}"}, OURS),
            ("a token of a stranger", {"iss": "https://evil.example.com"}, BAD + "Not a Cognito token."),
        )
    ),
    Row(
        "a login with an access token",
        BAD + "Missing a required claim: aud",
        lambda s: get_id(s, s.got["tokens"]["AccessToken"]),
        get_id,
        arrange=stage(),
    ),
    Row(
        "a login whose claims were changed",
        UNSIGNED,
        lambda s: get_id(s, i.changed(s.got["tokens"]["IdToken"], sub="somebody")),
        get_id,
        arrange=stage(),
    ),
    Row("a login with an expired token", EXPIRED, late, lambda s: renewed(s), arrange=stage()),
    Row(
        "a login with the token of another app client",
        UNSUPPORTED,
        lambda s: get_id(s, s.got["other"]),
        get_id,
        arrange=stage(other_client),
    ),
    Row(
        "a login with the token of another user pool",
        BAD + "Issuer doesn't match providerName",
        lambda s: get_id(s, s.got["other"]),
        get_id,
        arrange=stage(other_pool),
    ),
    Row(
        "a login that another user pool has signed",
        UNSIGNED,
        lambda s: made_up(s, pool=s.got["pool2"]),
        made_up,
        arrange=stage(other_pool),
    ),
    Row(
        "a login of a user pool that the identity pool does not know",
        UNSUPPORTED,
        lambda s: i.on_pool(
            s, "GetId", Logins={f"cognito-idp.us-east-1.amazonaws.com/{s.got['pool2']}": s.got["other"]}
        ),
        get_id,
        arrange=stage(other_pool),
    ),
    Row(
        "a developer's user who comes without the developer",
        UNSUPPORTED,
        lambda s: i.on_pool(s, "GetId", Logins={"login.example": "ben"}),
        i.developer,
        arrange=stage(as_ben),
    ),
    Row(
        "a login with a token of an identity pool",
        OURS,
        lambda s: i.on_pool(s, "GetId", Logins={SELF: s.got["token"]}),
        get_id,
        arrange=stage(as_ben),
    ),
    Row(
        "a login of a user pool with a token of an identity pool",
        OURS,
        lambda s: get_id(s, s.got["token"]),
        get_id,
        arrange=stage(as_ben),
    ),
)


async def renewed(s: Scene) -> Any:
    s.got["tokens"] = await s.tokens()
    return await get_id(s)


async def renewed_credentials(s: Scene) -> Any:
    await renewed(s)
    return await i.credentials(s, i.own(s))


async def revoked(s: Scene) -> None:
    await s.public("RevokeToken", Token=s.got["tokens"]["RefreshToken"])


async def disabled(s: Scene) -> None:
    await s.admin("AdminDisableUser", Username="ada")


async def deleted(s: Scene) -> None:
    await s.admin("AdminDeleteUser", Username="ada")


CHECKED = (
    *(
        Row(
            f"a login of somebody {what}, where the store is asked",
            REVOKED,
            get_id,
            i.without_check,
            arrange=stage(with_check, how),
        )
        for what, how in (
            ("who has signed out everywhere", signed_out),
            ("whose tokens are revoked", revoked),
            ("who was disabled", disabled),
            ("who was deleted", deleted),
        )
    ),
    Row(
        "credentials for somebody who has signed out everywhere, where the store is asked",
        REVOKED,
        lambda s: i.credentials(s, i.own(s)),
        renewed_credentials,
        arrange=stage(as_ada, i.with_roles, with_check, signed_out),
    ),
)


async def as_bob(s: Scene) -> dict[str, str]:
    await s.another_user("bob")
    return {i.key(s): (await s.tokens("bob"))["IdToken"]}


async def with_bob(s: Scene) -> None:
    s.got["bob"] = await as_bob(s)


async def gone(s: Scene) -> None:
    await i.call(s, "DeleteIdentities", IdentityIdsToDelete=[s.got["identity"]])


async def unlink(s: Scene, logins: dict[str, str] | None = None, remove: str | None = None) -> Any:
    return await i.call(
        s,
        "UnlinkIdentity",
        IdentityId=s.got["identity"],
        Logins=logins or i.own(s),
        LoginsToRemove=[remove or i.key(s)],
    )


async def again(s: Scene) -> Any:
    """Whoever was here comes anew."""
    await as_ada(s)
    return await i.token(s, i.own(s))


async def elsewhere(s: Scene) -> None:
    """An identity of another pool, which does not know Ada's user pool."""
    ours, s.got["identity_pool"] = s.got["identity_pool"], await i.make(s, CognitoIdentityProviders=None)
    await as_guest(s)
    s.got["identity_pool"] = ours


async def without_guests(s: Scene) -> None:
    await i.update(s, AllowUnauthenticatedIdentities=False)


async def an_id(text: str) -> str:
    return text


IDENTITIES = (
    Row(
        "an identity that does not exist",
        NOT_FOUND,
        i.token,
        lambda s: s.steps(as_guest(s), i.token(s)),
        arrange=stage(lambda s: s.keep(identity=an_id("us-east-1:00000000-0000-4000-8000-000000000000"))),
    ),
    Row(
        "an identity that was deleted",
        NOT_FOUND,
        lambda s: i.token(s, i.own(s)),
        again,
        arrange=stage(as_ada, gone),
    ),
    Row(
        "credentials for an identity that was deleted",
        NOT_FOUND,
        i.credentials,
        lambda s: s.steps(as_guest(s), i.credentials(s)),
        arrange=stage(as_guest, i.with_roles, gone),
    ),
    Row(
        "an identity without its logins",
        FORBIDDEN,
        i.token,
        lambda s: i.token(s, i.own(s)),
        arrange=stage(as_ada),
    ),
    Row(
        "credentials for an identity without its logins",
        FORBIDDEN,
        i.credentials,
        lambda s: i.credentials(s, i.own(s)),
        arrange=stage(as_ada, i.with_roles),
    ),
    Row(
        "somebody else's identity",
        MISMATCH,
        lambda s: i.token(s, s.got["bob"]),
        lambda s: i.token(s, i.own(s)),
        arrange=stage(as_ada, with_bob),
    ),
    Row(
        "credentials for somebody else's identity",
        MISMATCH,
        lambda s: i.credentials(s, s.got["bob"]),
        lambda s: i.credentials(s, i.own(s)),
        arrange=stage(as_ada, with_bob, i.with_roles),
    ),
    Row(
        "another pool's identity",
        UNSUPPORTED,
        lambda s: i.token(s, i.own(s)),
        i.token,
        arrange=stage(elsewhere),
    ),
    Row(
        "a second user of one user pool, by its other name",
        CONFLICT,
        lambda s: get_id(s, **{f"localhost:8400/{s.pool}": s.got["bob"][i.key(s)]}),
        lambda s: get_id(s, **{f"localhost:8400/{s.pool}": s.got["tokens"]["IdToken"]}),
        arrange=stage(with_bob),
    ),
    Row(
        "logins of two identities",
        CONFLICT,
        lambda s: i.developer(s, Logins=i.own(s)),
        lambda s: i.developer(s, "eve", Logins=i.own(s)),
        arrange=stage(as_ada, as_ben),
    ),
    Row(
        "a login of an identity that was left",
        FORBIDDEN,
        lambda s: i.token(s, i.own(s)),
        again,
        arrange=stage(as_ada, unlink),
    ),
    Row(
        "somebody who unlinks another's login",
        MISMATCH,
        lambda s: unlink(s, s.got["bob"]),
        unlink,
        arrange=stage(as_ada, with_bob),
    ),
    Row(
        "the end of a login that is not linked",
        "InvalidParameterException: The identity has no login of the provider login.example.",
        lambda s: unlink(s, remove="login.example"),
        unlink,
        arrange=stage(as_ada),
    ),
    Row(
        "a guest where guests are off",
        GUESTS_OFF,
        i.guest,
        get_id,
        arrange=stage(AllowUnauthenticatedIdentities=False),
    ),
    *(
        Row(
            f"{what} for a guest, since guests are off",
            GUESTS_OFF,
            step,
            lambda s, step=step: step(s, i.own(s)),
            arrange=stage(
                as_guest, i.with_roles, lambda s: i.update(s, AllowUnauthenticatedIdentities=False)
            ),
        )
        for what, step in (("credentials", i.credentials), ("a token", i.token))
    ),
)


@table(TOKENS, CHECKED, IDENTITIES)
async def test_refused(row, scene, count):
    await play(row, scene, count)
