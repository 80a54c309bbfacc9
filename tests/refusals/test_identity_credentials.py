"""Refused: roles that nobody may have, and developers' users."""

from typing import Any

from tests.identity.issuers import signed
from tests.refusals import identities as i
from tests.refusals.identities import SELF, as_ada, as_ben, as_guest, on_pool, stage
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table
from tests.refusals.test_identity_pools import BY_TOKEN, EDITORS, INVALID, NO, principal_tags

from poolhouse.crypto import jose
from poolhouse.ports import HOUR
from poolhouse.store import identity_keys

FORBIDDEN = NO + "Access to Identity '{identity}' is forbidden."
MISCONFIGURED = (
    "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. "
    "Check assigned IAM roles for this pool."
)
MISMATCH = (
    NO + "Logins don't match. Please include at least one valid login for this identity or identity pool."
)
NO_DEVELOPER = NO + "This identity pool does not support the specified developer provider"


async def roles_of(s: Scene, **how: Any) -> Any:
    """One role for users and guests, which trusts as `how` says; then Ada's credentials."""
    arn = await i.role(s, "Odd", **how)
    await i.set_roles(s, authenticated=arn, unauthenticated=arn)


async def ada(s: Scene, **members: Any) -> Any:
    return await i.credentials(s, i.own(s), **members)


async def corrected(s: Scene) -> Any:
    await i.with_roles(s)
    return await ada(s)


def odd(**how: Any) -> Any:
    async def arrange(s: Scene) -> None:
        await roles_of(s, **how)

    return stage(as_ada, arrange)


async def mapped(s: Scene) -> None:
    await i.with_roles(s)
    both = (await on_pool(s, "GetIdentityPoolRoles"))["Roles"]
    await i.set_roles(s, BY_TOKEN, **both)


async def in_editors(s: Scene) -> Any:
    """Ada's group has a role, which her next token says."""
    await i.role(s, "Editors")
    await s.admin("CreateGroup", GroupName="editors", RoleArn=EDITORS)
    await s.admin("AdminAddUserToGroup", GroupName="editors", Username="ada")
    s.got["tokens"] = await s.tokens()


ROLES = (
    Row("credentials of a pool without roles", MISCONFIGURED, ada, corrected, arrange=stage(as_ada)),
    Row(
        "credentials of a role that does not exist",
        MISCONFIGURED,
        ada,
        corrected,
        arrange=stage(as_ada, lambda s: i.set_roles(s, authenticated=EDITORS)),
    ),
    *(
        Row(f"credentials of a role that trusts {what}", MISCONFIGURED, ada, corrected, arrange=odd(**how))
        for what, how in (
            ("another identity pool", {"pool": "us-east-1:0"}),
            ("guests only", {"amr": "unauthenticated"}),
            ("another issuer", {"Principal": {"Federated": "accounts.google.com"}}),
            ("by a deny", {"Effect": "Deny"}),
            ("for another action", {"Action": "sts:AssumeRole"}),
        )
    ),
    Row(
        "credentials with principal tags of a role that allows none",
        MISCONFIGURED,
        ada,
        corrected,
        arrange=stage(
            as_ada,
            lambda s: roles_of(s, Action="sts:AssumeRoleWithWebIdentity"),
            lambda s: principal_tags(s, i.key(s)),
        ),
    ),
    Row(
        "a claim that can be no principal tag",
        INVALID + "The value of the claim cognito:groups cannot be the principal tag groups.",
        ada,
        lambda s: s.steps(principal_tags(s, i.key(s), mail="email"), ada(s)),
        arrange=stage(
            in_editors, as_ada, i.with_roles, lambda s: principal_tags(s, i.key(s), groups="cognito:groups")
        ),
    ),
    Row(
        "a role that is not in the token",
        FORBIDDEN,
        lambda s: ada(s, CustomRoleArn=f"arn:aws:iam::{i.ACCOUNT}:role/Users"),
        lambda s: ada(s, CustomRoleArn=EDITORS),
        arrange=stage(in_editors, as_ada, i.with_roles),
    ),
    Row(
        "a role that a guest asks for",
        FORBIDDEN,
        lambda s: i.credentials(s, CustomRoleArn=f"arn:aws:iam::{i.ACCOUNT}:role/Guests"),
        i.credentials,
        arrange=stage(as_guest, i.with_roles),
    ),
    Row(
        "a token without one role, where ambiguity is denied",
        FORBIDDEN,
        ada,
        lambda s: s.steps(in_editors(s), later_ada(s)),
        arrange=stage(as_ada, mapped),
    ),
)


async def later_ada(s: Scene) -> Any:
    return await ada(s)


def passed(s: Scene, token: str | None = None) -> dict[str, str]:
    return {SELF: token or s.got["token"]}


async def hers(s: Scene) -> None:
    s.got["hers"] = (await i.developer(s, "eve"))["Token"]


async def made_up(s: Scene, **claims: Any) -> Any:
    """Credentials with a developer's token that our key signed over other claims."""
    key = (await identity_keys.current(s.world.env)).signing
    said = {**jose.unverified_claims(s.got["token"]), **claims}
    return await i.credentials(s, passed(s, signed(key._key, {"kid": key.kid, "alg": "RS512"}, said)))


async def late(s: Scene) -> Any:
    await s.later(HOUR)
    return await i.without_times(i.credentials(s, passed(s)))


async def fresh(s: Scene) -> Any:
    await as_ben(s)
    return await i.credentials(s, passed(s))


async def lookup(s: Scene, user: str | None = "ben", identity: str | None = None) -> Any:
    given = {"DeveloperUserIdentifier": user, "IdentityId": identity}
    return await on_pool(s, "LookupDeveloperIdentity", **{k: v for k, v in given.items() if v})


async def merge(s: Scene, user: str = "eve", provider: str = "login.example") -> Any:
    return await on_pool(
        s,
        "MergeDeveloperIdentities",
        SourceUserIdentifier="ben",
        DestinationUserIdentifier=user,
        DeveloperProviderName=provider,
    )


NOBODY = "ResourceNotFoundException: Developer user identifier not found."
STAGE = stage(as_ben, hers, i.with_roles)

DEVELOPERS = (
    *(
        Row(what, error, refused, fresh, arrange=STAGE)
        for what, error, refused in (
            (
                "a developer's token of another identity",
                MISMATCH,
                lambda s: i.credentials(s, passed(s, s.got["hers"])),
            ),
            (
                "a developer's token of another identity pool",
                MISMATCH,
                lambda s: made_up(s, aud="us-east-1:0"),
            ),
            (
                "a developer's token that has expired",
                NO + "Invalid login token. Token expired: <now> >= <exp>",
                late,
            ),
            (
                "a developer's token whose claims were changed",
                NO + "Invalid login token. Couldn't verify signed token.",
                lambda s: i.credentials(s, passed(s, i.changed(s.got["token"], aud="x"))),
            ),
            (
                "the token of a user pool at the name of identity pools",
                NO + "Invalid login token. Not a valid OpenId Connect identity token.",
                lambda s: i.credentials(s, passed(s, s.got["tokens"]["IdToken"])),
            ),
            (
                "a developer's token beside another login",
                NO + "Invalid login token. Can't pass in a Cognito token.",
                lambda s: i.credentials(s, passed(s) | i.own(s)),
            ),
        )
    ),
    Row(
        "a token of the basic flow, where it is off",
        INVALID + "Basic (classic) flow is not enabled, please use enhanced flow.",
        i.token,
        i.credentials,
        arrange=stage(as_guest, i.with_roles, AllowClassicFlow=False),
    ),
    Row(
        "users of a developer provider that the pool does not have",
        NO_DEVELOPER,
        lambda s: on_pool(s, "GetOpenIdTokenForDeveloperIdentity", Logins={"other.example": "ben"}),
        i.developer,
        arrange=stage(),
    ),
    Row(
        "a developer's user for another's identity",
        "DeveloperUserAlreadyRegisteredException: The developer user identifier is already registered "
        "with another identity.",
        lambda s: i.developer(s, "eve", IdentityId=s.got["identity"]),
        lambda s: i.developer(s, "kim", IdentityId=s.got["identity"]),
        arrange=STAGE,
    ),
    Row(
        "a developer's user with a name that is too long",
        INVALID + "A developer user identifier can have 1024 characters at most.",
        lambda s: i.developer(s, "b" * 1_025),
        lambda s: i.developer(s, "b" * 1_024),
        arrange=stage(),
    ),
    Row(
        "a developer's user and an identity that do not belong together",
        "ResourceConflictException: The developer user identifier is not that of the identity.",
        lambda s: lookup(s, "eve", s.got["identity"]),
        lambda s: lookup(s, "ben", s.got["identity"]),
        arrange=STAGE,
    ),
    Row(
        "nobody to be looked up",
        INVALID + "Either IdentityId or DeveloperUserIdentifier must be given.",
        lambda s: lookup(s, None),
        lookup,
        arrange=STAGE,
    ),
    Row("a developer's user that nobody knows", NOBODY, lambda s: lookup(s, "kim"), lookup, arrange=STAGE),
    Row("a merger with a user that nobody knows", NOBODY, lambda s: merge(s, "kim"), merge, arrange=STAGE),
    Row(
        "a merger of another provider's users",
        NO_DEVELOPER,
        lambda s: merge(s, provider="other.example"),
        merge,
        arrange=STAGE,
    ),
)


@table(ROLES, DEVELOPERS)
async def test_refused(row, scene, count):
    await play(row, scene, count)
