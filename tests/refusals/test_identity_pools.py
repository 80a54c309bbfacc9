"""Refused: identity pools and role mappings that must not be so."""

from typing import Any

from tests.refusals import identities as i
from tests.refusals.identities import SELF, make, on_pool, stage, update
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

INVALID = "InvalidParameterException: "
NO = "NotAuthorizedException: "
UNUSABLE = INVALID + "The provider {name} cannot be used: {why}"
NO_POOL = "ResourceNotFoundException: IdentityPool 'us-east-1:0' not found."
EDITORS = f"arn:aws:iam::{i.ACCOUNT}:role/Editors"


def unusable(name: str, why: str) -> str:
    return UNUSABLE.replace("{name}", name).replace("{why}", why)


def providers(s: Scene, **changes: Any) -> list[dict[str, Any]]:
    return [{"ProviderName": i.key(s), "ClientId": s.client} | changes]


async def client_of_another(s: Scene) -> None:
    s.got["other"] = (await s.another_client(await s.another_pool()))["ClientId"]


OUR_POOL = "cognito-idp.us-east-1.amazonaws.com/{pool}"
SOCIAL = "SupportedLoginProviders can have graph.facebook.com, accounts.google.com, appleid.apple.com, "

POOLS = (
    *(
        Row(
            f"an identity pool that takes {what}",
            error,
            lambda s, wrong=wrong: make(s, **wrong(s)),
            make,
            arrange=stage(client_of_another),
        )
        for what, error, wrong in (
            (
                "logins of Twitter, which nothing here can verify",
                INVALID
                + "Poolhouse does not support the login provider api.twitter.com yet, so it was not stored.",
                lambda s: {"SupportedLoginProviders": {"api.twitter.com": "key"}},
            ),
            (
                "logins of a social provider that is none",
                unusable("login.example.com", SOCIAL + "www.amazon.com."),
                lambda s: {"SupportedLoginProviders": {"login.example.com": "app"}},
            ),
            (
                "a user pool by a name that means none",
                unusable(
                    "idp.example.com/pool",
                    "its name must be cognito-idp.<region>.amazonaws.com/<user pool id>.",
                ),
                lambda s: {"CognitoIdentityProviders": providers(s, ProviderName="idp.example.com/pool")},
            ),
            (
                "a user pool under another Region's name",
                unusable(
                    "cognito-idp.eu-west-1.amazonaws.com/us-east-1_Nowhere00",
                    "its name must be cognito-idp.<region>.amazonaws.com/<user pool id>.",
                ),
                lambda s: {
                    "CognitoIdentityProviders": providers(
                        s, ProviderName="cognito-idp.eu-west-1.amazonaws.com/us-east-1_Nowhere00"
                    )
                },
            ),
            (
                "a user pool without an app client",
                unusable(OUR_POOL, "it needs a ClientId."),
                lambda s: {"CognitoIdentityProviders": [{"ProviderName": i.key(s)}]},
            ),
            (
                "an app client that is not there",
                unusable(OUR_POOL, "the user pool has no app client nobody, or is not here."),
                lambda s: {"CognitoIdentityProviders": providers(s, ClientId="nobody")},
            ),
            (
                "an OIDC provider that the account has not registered",
                unusable(
                    f"arn:aws:iam::{i.ACCOUNT}:oidc-provider/idp.example.com",
                    "the account has not registered it.",
                ),
                lambda s: {
                    "OpenIdConnectProviderARNs": [f"arn:aws:iam::{i.ACCOUNT}:oidc-provider/idp.example.com"]
                },
            ),
            (
                "a SAML provider of another account",
                unusable(
                    "arn:aws:iam::123456789012:saml-provider/Corp",
                    f"its ARN must begin with arn:aws:iam::{i.ACCOUNT}:saml-provider/.",
                ),
                lambda s: {"SamlProviderARNs": ["arn:aws:iam::123456789012:saml-provider/Corp"]},
            ),
            (
                "developers under the name of Google",
                unusable("accounts.google.com", "it is the name of another provider."),
                lambda s: {"DeveloperProviderName": "accounts.google.com"},
            ),
            (
                "developers under the name of identity pools",
                unusable(SELF, "it is the name of another provider."),
                lambda s: {"DeveloperProviderName": SELF},
            ),
            (
                "a tag of AWS's own",
                INVALID + "Tag keys that start with aws: are reserved.",
                lambda s: {"IdentityPoolTags": {"aws:team": "blue"}},
            ),
        )
    ),
    Row(
        "another name for the developer provider",
        INVALID + "The developer provider name cannot be changed once it is set.",
        lambda s: update(s, DeveloperProviderName="other.example"),
        lambda s: update(s, DeveloperProviderName=None),
        arrange=stage(),
    ),
    Row(
        "an identity pool that does not exist",
        NO_POOL,
        lambda s: on_pool(s, "GetId", IdentityPoolId="us-east-1:0"),
        i.guest,
        arrange=stage(),
    ),
    Row(
        "a signed call for an identity pool that does not exist",
        NO_POOL,
        lambda s: on_pool(s, "DescribeIdentityPool", IdentityPoolId="us-east-1:0"),
        lambda s: on_pool(s, "DescribeIdentityPool"),
        arrange=stage(),
    ),
    Row(
        "a signed call from another Region",
        "ResourceNotFoundException: IdentityPool '{identity_pool}' not found.",
        lambda s: on_pool(s, "DescribeIdentityPool", region="eu-west-1"),
        lambda s: on_pool(s, "DescribeIdentityPool", region="us-east-1"),
        arrange=stage(),
    ),
    Row(
        "an identity pool for an account that is not ours",
        "ResourceNotFoundException: IdentityPool '{identity_pool}' not found.",
        lambda s: on_pool(s, "GetId", AccountId="123456789012"),
        lambda s: on_pool(s, "GetId", AccountId=i.ACCOUNT),
        arrange=stage(),
    ),
    Row(
        "a tag for what is no identity pool of ours",
        INVALID + "ResourceArn must be the ARN of an identity pool of this account and Region.",
        lambda s: tag(s, account="123456789012"),
        lambda s: tag(s),
        arrange=stage(),
    ),
    Row(
        "a fifty-first tag",
        INVALID + "An identity pool can have 50 tags at most.",
        lambda s: tag(s, number=51),
        lambda s: tag(s, number=50),
        arrange=stage(),
    ),
    Row(
        "principal tags of a provider that the pool does not have",
        unusable("accounts.google.com", "the identity pool has no such provider."),
        lambda s: principal_tags(s, "accounts.google.com"),
        lambda s: principal_tags(s, i.key(s)),
        arrange=stage(),
    ),
)


async def tag(s: Scene, account: str = i.ACCOUNT, number: int = 1) -> Any:
    arn = f"arn:aws:cognito-identity:us-east-1:{account}:identitypool/{s.got['identity_pool']}"
    return await i.call(s, "TagResource", ResourceArn=arn, Tags={f"t{place}": "" for place in range(number)})


async def principal_tags(s: Scene, provider: str, **tags: str) -> Any:
    given = {"PrincipalTags": tags} if tags else {"UseDefaults": True}
    return await on_pool(s, "SetPrincipalTagAttributeMap", IdentityProviderName=provider, **given)


def rules(number: int = 1) -> dict[str, Any]:
    rule = {"Claim": "sub", "MatchType": "Equals", "Value": "x", "RoleARN": EDITORS}
    return {
        "Type": "Rules",
        "AmbiguousRoleResolution": "Deny",
        "RulesConfiguration": {"Rules": [rule] * number},
    }


def without(mapping: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}


def mapping_error(why: str, provider: str = OUR_POOL) -> str:
    return INVALID + f"The role mapping of {provider} cannot be used: {why}"


BY_TOKEN = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}

MAPPINGS = (
    *(
        Row(
            f"a role mapping {what}",
            mapping_error(why),
            lambda s, wrong=wrong: i.set_roles(s, wrong),
            lambda s: i.set_roles(s, rules(25)),
            arrange=stage(),
        )
        for what, why, wrong in (
            (
                "by rules without rules",
                "RulesConfiguration is required for the type Rules.",
                without(rules(), "RulesConfiguration"),
            ),
            ("by token with rules", "the type Token has no RulesConfiguration.", rules() | {"Type": "Token"}),
            (
                "without a word on ambiguity",
                "AmbiguousRoleResolution is required.",
                without(rules(), "AmbiguousRoleResolution"),
            ),
            ("of 26 rules", "a provider can have 25 rules at most.", rules(26)),
        )
    ),
    *(
        Row(
            f"a role mapping of {what}",
            mapping_error(why, name),
            lambda s, name=name: on_pool(
                s, "SetIdentityPoolRoles", Roles={}, RoleMappings={s.filled(name): BY_TOKEN}
            ),
            lambda s: i.set_roles(s, BY_TOKEN),
            arrange=stage(),
        )
        for what, why, name in (
            (
                "a provider that the pool does not have",
                "the identity pool has no such provider.",
                "accounts.google.com",
            ),
            (
                "developers, of whom no claim is known",
                "the identity pool has no such provider.",
                "login.example",
            ),
            ("nobody's app client", "the provider has no such client.", OUR_POOL + ":nobody"),
        )
    ),
    Row(
        "a role that is no ARN of a role",
        INVALID + f"arn:aws:iam::{i.ACCOUNT}:user/ada is not the ARN of a role.",
        lambda s: i.set_roles(s, authenticated=f"arn:aws:iam::{i.ACCOUNT}:user/ada"),
        lambda s: i.set_roles(s, authenticated=EDITORS),
        arrange=stage(),
    ),
)


@table(POOLS, MAPPINGS)
async def test_refused(row, scene, count):
    await play(row, scene, count)
