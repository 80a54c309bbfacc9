"""Refused: pools, schemas, tags, app clients and limits that must not be so."""

import asyncio
from typing import Any

from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

INVALID = "InvalidParameterException: "
NOT_YET = "InvalidParameterException: Poolhouse does not support {} yet, so it was not stored."
VALIDITY = INVALID + "Invalid range for token validity."
WRITE = INVALID + "Invalid write attributes specified while creating a client"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


async def pool(s: Scene, **settings: Any) -> Any:
    return await s.call("CreateUserPool", **({"PoolName": "another"} | settings))


async def schema(s: Scene, **attribute: Any) -> Any:
    return await pool(s, Schema=[{"Name": "plan", "AttributeDataType": "String"} | attribute])


def text(**bounds: str) -> dict[str, Any]:
    return {"StringAttributeConstraints": bounds}


async def add_attribute(s: Scene, **attribute: Any) -> Any:
    return await s.admin(
        "AddCustomAttributes", CustomAttributes=[{"AttributeDataType": "String"} | attribute]
    )


async def tag(s: Scene, **tags: str) -> Any:
    arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{s.pool}"
    return await s.call(
        "TagResource",
        ResourceArn=arn,
        Tags={key.replace("__", ":").replace("_", "-"): v for key, v in tags.items()},
    )


async def ask_until_it_is_too_much(s: Scene) -> None:
    for _ in range(200):
        await s.admin("DescribeUserPool")


async def unprotected(s: Scene) -> Any:
    await s.admin("UpdateUserPool", DeletionProtection="INACTIVE")
    return await s.admin("DeleteUserPool")


SCHEMAS = tuple(
    Row(f"a schema with {what}", INVALID + error, lambda s, wrong=wrong: schema(s, **wrong), schema)
    for what, wrong, error in (
        (
            "a required custom attribute",
            {"Required": True},
            "Required custom attributes are not supported currently.",
        ),
        (
            "text of more than 2048 characters",
            text(MaxLength="2049"),
            "user.custom:plan: String attributes cannot have a length of more than 2048",
        ),
        (
            "a maximum below the minimum",
            text(MinLength="5", MaxLength="4"),
            "user.custom:plan: Max length cannot be less than min length.",
        ),
        (
            "a maximum that is no number",
            text(MaxLength="many"),
            "Invalid StringAttributeConstraints for schema attribute custom:plan",
        ),
        (
            "a maximum of 5,000 digits",
            text(MaxLength="9" * 5_000),
            "Invalid StringAttributeConstraints for schema attribute custom:plan",
        ),
        (
            "a standard attribute of another type",
            {"Name": "email", "AttributeDataType": "Number"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            "schema attribute email",
        ),
    )
)

POOLS = (
    Row(
        "the deletion of a protected pool",
        INVALID
        + "The user pool cannot be deleted because deletion protection is activated. "
        + "Deletion protection must be inactivated first.",
        lambda s: s.admin("DeleteUserPool"),
        unprotected,
        pool={"DeletionProtection": "ACTIVE"},
    ),
    Row(
        "a second attribute of one name",
        INVALID + "custom:plan: Existing attribute already has name custom:plan.",
        lambda s: add_attribute(s, Name="plan"),
        lambda s: add_attribute(s, Name="price"),
    ),
    Row(
        "aliases beside user names that are addresses",
        INVALID + "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        lambda s: pool(s, AliasAttributes=["email"], UsernameAttributes=["email"]),
        lambda s: pool(s, AliasAttributes=["email"]),
    ),
    Row(
        "an invitation without the user name",
        INVALID + "InviteMessageTemplate.EmailMessage must contain {username}.",
        lambda s: pool(
            s, AdminCreateUserConfig={"InviteMessageTemplate": {"EmailMessage": "Your password is {####}."}}
        ),
        pool,
    ),
    Row(
        "a second factor without a way to send it",
        INVALID + "SMS configuration and Auto verification for phone_number are required when MFA is "
        "required/optional",
        lambda s: pool(s, MfaConfiguration="ON"),
        lambda s: pool(s, MfaConfiguration="OFF"),
    ),
    Row(
        "a tag of ours with a value that it cannot have",
        INVALID + "The tag poolhouse:lockout-free-tries must be a whole number from 1 to 100.",
        lambda s: tag(s, poolhouse__lockout_free_tries="0"),
        lambda s: tag(s, poolhouse__lockout_free_tries="3"),
    ),
    Row(
        "a tag of ours that does not exist",
        INVALID
        + "Poolhouse knows no tag poolhouse:colour. Its own tags are poolhouse:password-storage, "
        + "poolhouse:unreachable-triggers, poolhouse:lockout-free-tries, poolhouse:lockout-max-seconds, "
        + "poolhouse:risk-points, poolhouse:risk-thresholds, poolhouse:email-domains, "
        + "poolhouse:tenant-client.",
        lambda s: tag(s, poolhouse__colour="red"),
        lambda s: tag(s, colour="red"),
    ),
    Row(
        "a tag for a pool that does not exist",
        "ResourceNotFoundException: User pool us-east-1_Nowhere00 does not exist.",
        lambda s: s.call(
            "ListTagsForResource",
            ResourceArn="arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Nowhere00",
        ),
        lambda s: tag(s, colour="red"),
    ),
    Row(
        "more requests in a second than the operation may have",
        "TooManyRequestsException: Rate exceeded",
        ask_until_it_is_too_much,
        lambda s: s.steps(asyncio.sleep(1), s.admin("DescribeUserPool")),
        arrange=lambda s: s.with_settings(quotas=True),
    ),
    Row(
        "a limit below its default",
        INVALID + "The limit of UserAuthentication cannot be less than its default, 120.",
        lambda s: limit(s, "UserAuthentication", 100),
        lambda s: limit(s, "UserAuthentication", 200),
    ),
    Row(
        "a limit of a category that does not exist",
        INVALID + "Everything is not a category of requests.",
        lambda s: limit(s, "Everything", 200),
        lambda s: limit(s, "UserCreation", 200),
    ),
)


async def limit(s: Scene, category: str, value: int) -> Any:
    definition = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}
    return await s.call("UpdateProvisionedLimit", LimitDefinition=definition, RequestedLimitValue=value)


async def client(s: Scene, **settings: Any) -> Any:
    return await s.admin("CreateUserPoolClient", **({"ClientName": "another"} | settings))


CLIENTS = (
    *(
        Row(
            f"a client {what}",
            VALIDITY,
            lambda s, wrong=wrong: client(s, **wrong),
            lambda s, right=right: client(s, **right),
        )
        for what, wrong, right in (
            (
                "whose access tokens live for four minutes",
                {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
                {"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}},
            ),
            ("whose ID tokens live for 25 hours", {"IdTokenValidity": 25}, {"IdTokenValidity": 24}),
            (
                "whose refresh tokens live for half an hour",
                {"RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "minutes"}},
                {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}},
            ),
            (
                "whose access tokens outlive its refresh tokens",
                {
                    "AccessTokenValidity": 2,
                    "RefreshTokenValidity": 1,
                    "TokenValidityUnits": {"RefreshToken": "hours"},
                },
                {
                    "AccessTokenValidity": 2,
                    "RefreshTokenValidity": 2,
                    "TokenValidityUnits": {"RefreshToken": "hours"},
                },
            ),
        )
    ),
    *(
        Row(
            f"a client that may write {name}",
            WRITE,
            lambda s, name=name: client(s, WriteAttributes=["email", name]),
            lambda s: client(s, WriteAttributes=["email", "custom:plan"]),
        )
        for name in ("sub", "email_verified", "phone_number_verified", "custom:role")
    ),
    Row(
        "a client that may not write what is required",
        WRITE,
        lambda s: client(s, WriteAttributes=["email"]),
        lambda s: client(s, WriteAttributes=["email", "given_name"]),
        pool={"Schema": [{"Name": "given_name", "Required": True}]},
        client={"WriteAttributes": ["email", "given_name"]},
    ),
    Row(
        "a client of flows without refreshing",
        INVALID + "REFRESH_TOKEN_AUTH should always be allowed.",
        lambda s: client(s, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]),
        lambda s: client(s, ExplicitAuthFlows=FLOWS),
    ),
    Row(
        "a client of old and new names of flows",
        INVALID + "ExplicitAuthFlows cannot have ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY or "
        "USER_PASSWORD_AUTH beside " + "values that start with ALLOW_.",
        lambda s: client(s, ExplicitAuthFlows=["USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
        lambda s: client(s, ExplicitAuthFlows=["USER_PASSWORD_AUTH"]),
    ),
    Row(
        "a client that gets tokens of its own and signs users in",
        INVALID + "ALLOW_CLIENT_TOKEN_AUTH must be the only flow of ExplicitAuthFlows.",
        lambda s: client(s, GenerateSecret=True, ExplicitAuthFlows=[*FLOWS, "ALLOW_CLIENT_TOKEN_AUTH"]),
        lambda s: client(s, GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"]),
    ),
    Row(
        "a client that allows SRP, in a pool of argon2id hashes",
        INVALID + "The user pool keeps passwords as argon2id hashes, which SRP cannot check: name the "
        "flows of the app "
        + "client in ExplicitAuthFlows without ALLOW_USER_SRP_AUTH, or set the pool's tag "
        + "poolhouse:password-storage to srp.",
        lambda s: client(s, ExplicitAuthFlows=FLOWS),
        lambda s: client(s, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
        pool={"UserPoolTags": {"poolhouse:password-storage": "argon2id"}},
        client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    ),
    Row(
        "a client with a secret that is both given and made",
        INVALID + "GenerateSecret and ClientSecret cannot both be set.",
        lambda s: client(s, GenerateSecret=True, ClientSecret="a" * 40),
        lambda s: client(s, ClientSecret="a" * 40),
    ),
    Row(
        "a third secret",
        "LimitExceededException: An app client can have 2 secrets at most.",
        lambda s: s.admin("AddUserPoolClientSecret", ClientId=s.client),
        lambda s: s.steps(delete_secret(s), s.admin("AddUserPoolClientSecret", ClientId=s.client)),
        client={"GenerateSecret": True},
        arrange=lambda s: s.admin("AddUserPoolClientSecret", ClientId=s.client),
    ),
    Row(
        "the deletion of the last secret",
        INVALID + "The last secret of an app client cannot be deleted.",
        lambda s: delete_secret(s),
        lambda s: s.steps(s.admin("AddUserPoolClientSecret", ClientId=s.client), delete_secret(s)),
        client={"GenerateSecret": True},
    ),
    *(
        Row(
            f"{operation} of a client that does not exist",
            "ResourceNotFoundException: User pool client 1a2b3c does not exist.",
            lambda s, operation=operation: s.admin(operation, ClientId="1a2b3c"),
            lambda s, operation=operation: s.admin(operation, ClientId=s.client),
        )
        for operation in (
            "DescribeUserPoolClient",
            "UpdateUserPoolClient",
            "DeleteUserPoolClient",
            "ListUserPoolClientSecrets",
        )
    ),
)


async def delete_secret(s: Scene) -> Any:
    found = await s.admin("ListUserPoolClientSecrets", ClientId=s.client)
    first = found["ClientSecrets"][0]["ClientSecretId"]
    return await s.admin("DeleteUserPoolClientSecret", ClientId=s.client, ClientSecretId=first)


@table(SCHEMAS, POOLS, CLIENTS)
async def test_a_setting_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
