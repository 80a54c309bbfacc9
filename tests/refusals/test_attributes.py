"""Refused: attributes that somebody may not write, and proofs of addresses that prove nothing."""

from typing import Any

from tests.refusals.scene import EMAIL, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import DAY, HOUR, SECOND

UNAUTHORIZED = "NotAuthorizedException: A client attempted to write unauthorized attribute"
INVALID = "InvalidParameterException: "
SCHEMA = INVALID + "Attributes did not conform to the schema: "
FIXED = INVALID + "user.custom:tenant: Attribute cannot be updated.\n"
ALIAS = "AliasExistsException: An account with the given email already exists."
MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
EXPIRED = "ExpiredCodeException: Invalid code provided, please request a code again."
LIMIT = "LimitExceededException: Attempt limit exceeded, please try after some time."
UNKNOWN = "UserNotFoundException: User does not exist."
TENANT = {"custom:tenant": "acme"}
ALIASES = {"AliasAttributes": ["email"]}


async def signed_in(s: Scene) -> None:
    name = EMAIL if s.got.get("by email") else "ada"
    await s.keep(tokens=s.tokens(name))


async def signed_in_by_email(s: Scene) -> None:
    s.got["by email"] = True
    await signed_in(s)


async def write(s: Scene, name: str, value: str) -> Any:
    return await s.token("UpdateUserAttributes", UserAttributes=[{"Name": name, "Value": value}])


async def delete(s: Scene, name: str) -> Any:
    return await s.token("DeleteUserAttributes", UserAttributeNames=[name])


async def admin_write(s: Scene, name: str, value: str, user: str = "ada") -> Any:
    listed = [{"Name": name, "Value": value}]
    return await s.admin("AdminUpdateUserAttributes", Username=user, UserAttributes=listed)


async def admin_delete(s: Scene, name: str, user: str = "ada") -> Any:
    return await s.admin("AdminDeleteUserAttributes", Username=user, UserAttributeNames=[name])


async def ask_for_code(s: Scene, name: str = "email") -> Any:
    return await s.token("GetUserAttributeVerificationCode", AttributeName=name)


async def asked(s: Scene) -> None:
    await signed_in(s)
    await ask_for_code(s)
    s.got["code"] = await s.code()
    s.got["wrong"] = "000000" if s.got["code"] != "000000" else "111111"


async def verify(s: Scene, code: str | None = None, name: str = "email") -> Any:
    return await s.token("VerifyUserAttribute", AttributeName=name, Code=code or s.got["code"])


async def verify_wrongly(s: Scene) -> Any:
    return await verify(s, s.got["wrong"])


async def ask_and_verify(s: Scene) -> Any:
    await asked(s)
    return await verify(s)


async def asked_five_times(s: Scene) -> None:
    await signed_in(s)
    for _ in range(5):
        await ask_for_code(s)


async def tried_fifteen_times(s: Scene) -> None:
    await asked(s)
    for _ in range(15):
        try:
            await verify_wrongly(s)
        except Exception as error:  # noqa: BLE001 - which one it is, another row says
            s.got["error"] = error


async def bob_is_asked(s: Scene) -> None:
    """The code of Bob's address, which is not Ada's."""
    await asked(s)
    await s.another_user("bob", email="bob@example.com")
    bob = await s.tokens("bob")
    await s.token("GetUserAttributeVerificationCode", bob["AccessToken"], AttributeName="email")
    s.got["bob"] = await s.code()


RESERVED = [
    Row(
        f"{who} writing {name}",
        error,
        lambda s, way=way, name=name, value=value: way(s, name, value),
        lambda s, way=way: way(s, "name", "Ada"),
        arrange=signed_in,
    )
    for who, way, name, value, error in (
        ("a user", write, "sub", "00000000-0000-4000-8000-000000000000", UNAUTHORIZED),
        ("a user", write, "email_verified", "true", UNAUTHORIZED),
        ("a user", write, "phone_number_verified", "true", UNAUTHORIZED),
        ("a user", write, "identities", "[]", UNAUTHORIZED),
        ("a user", write, "family_name", "Lovelace", UNAUTHORIZED),
        (
            "a user",
            write,
            "custom:role",
            "admin",
            SCHEMA + "custom:role: Attribute does not exist in the schema.\n",
        ),
        (
            "an administrator",
            admin_write,
            "custom:role",
            "admin",
            SCHEMA + "custom:role: Attribute does not exist in the schema.\n",
        ),
        (
            "an administrator",
            admin_write,
            "sub",
            "00000000-0000-4000-8000-000000000000",
            INVALID + "user.sub: Attribute cannot be updated.\n",
        ),
    )
]

WRITES = (
    Row(
        "a user changing an attribute that is fixed",
        FIXED,
        lambda s: write(s, "custom:tenant", "evil"),
        lambda s: write(s, "custom:plan", "pro"),
        user=TENANT,
        arrange=signed_in,
    ),
    Row(
        "a user deleting an attribute that is fixed",
        FIXED,
        lambda s: write(s, "custom:tenant", ""),
        lambda s: write(s, "custom:plan", ""),
        user=TENANT,
        arrange=signed_in,
    ),
    Row(
        "a user setting a fixed attribute for the first time",
        FIXED,
        lambda s: write(s, "custom:tenant", "evil"),
        lambda s: write(s, "custom:plan", "pro"),
        arrange=signed_in,
    ),
    Row(
        "an administrator changing an attribute that is fixed",
        FIXED,
        lambda s: admin_write(s, "custom:tenant", "evil"),
        lambda s: admin_write(s, "custom:plan", "pro"),
        user=TENANT,
    ),
    Row(
        "a user writing an e-mail address that is none",
        INVALID + "Invalid email address format.",
        lambda s: write(s, "email", "ada"),
        lambda s: write(s, "email", "ada@example.org"),
        arrange=signed_in,
    ),
    Row(
        "a user writing a phone number that is none",
        INVALID + "Invalid phone number format.",
        lambda s: write(s, "phone_number", "555"),
        lambda s: write(s, "phone_number", "+15550100"),
        arrange=signed_in,
    ),
    Row(
        "a user writing the alias of somebody else",
        ALIAS,
        lambda s: verify(s),
        lambda s: free_address(s),
        pool=ALIASES,
        arrange=lambda s: bob_wants_the_address(s),
    ),
    Row(
        "an administrator giving a user the alias of somebody else",
        ALIAS,
        lambda s: give_address(s, EMAIL),
        lambda s: give_address(s, "bob@example.com"),
        pool=ALIASES,
        arrange=lambda s: s.another_user("bob"),
    ),
    Row(
        "a user writing the sign-in address of somebody else",
        ALIAS,
        lambda s: write(s, "email", "bob@example.com"),
        lambda s: write(s, "email", "ada@example.org"),
        pool={"UsernameAttributes": ["email"]},
        arrange=lambda s: s.steps(s.another_user("bob@example.com"), signed_in_by_email(s)),
    ),
    Row(
        "an administrator writing for nobody",
        UNKNOWN,
        lambda s: admin_write(s, "name", "Ada", "nobody"),
        lambda s: admin_write(s, "name", "Ada"),
    ),
)


async def bob_wants_the_address(s: Scene) -> None:
    """Bob has written Ada's address, which is allowed, and asks to have it verified, which is not."""
    await s.another_user("bob")
    await s.keep(tokens=s.tokens("bob"))
    await write(s, "email", EMAIL)
    s.got["code"] = await s.code()


async def free_address(s: Scene) -> Any:
    await admin_write(s, "email", "ada@example.org")
    return await verify(s)


async def give_address(s: Scene, address: str) -> Any:
    listed = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    return await s.admin("AdminUpdateUserAttributes", Username="bob", UserAttributes=listed)


DELETIONS = (
    Row(
        "a user deleting an attribute that the client may not write",
        UNAUTHORIZED,
        lambda s: delete(s, "family_name"),
        lambda s: delete(s, "name"),
        arrange=signed_in,
    ),
    Row(
        "a user deleting sub",
        UNAUTHORIZED,
        lambda s: delete(s, "sub"),
        lambda s: delete(s, "name"),
        arrange=signed_in,
    ),
    Row(
        "a user deleting an attribute that does not exist",
        INVALID + "Invalid user attributes: user.custom:role: Attribute does not exist in the schema.\n",
        lambda s: delete(s, "custom:role"),
        lambda s: delete(s, "custom:plan"),
        arrange=signed_in,
    ),
    Row(
        "an administrator deleting an attribute that does not exist",
        INVALID + "Invalid user attributes: user.custom:role: Attribute does not exist in the schema.\n",
        lambda s: admin_delete(s, "custom:role"),
        lambda s: admin_delete(s, "custom:plan"),
    ),
    Row(
        "a user deleting a required attribute",
        INVALID + "Invalid user attributes: user.given_name: Required attributes cannot be deleted.\n",
        lambda s: delete(s, "given_name"),
        lambda s: delete(s, "phone_number"),
        pool={"Schema": [{"Name": "given_name", "Required": True}]},
        client={"WriteAttributes": ["given_name", "phone_number"]},
        user={"given_name": "Ada"},
        arrange=signed_in,
    ),
    Row(
        "an administrator deleting an attribute of nobody",
        UNKNOWN,
        lambda s: admin_delete(s, "name", "nobody"),
        lambda s: admin_delete(s, "name"),
    ),
)

PROOFS = (
    Row("a wrong code for an address", MISMATCH, verify_wrongly, verify, arrange=asked),
    Row(
        "a code for an address that nobody asked for",
        EXPIRED,
        lambda s: verify(s, "123456"),
        ask_and_verify,
        arrange=signed_in,
    ),
    Row(
        "a code for an address, used twice",
        EXPIRED,
        verify,
        ask_and_verify,
        arrange=lambda s: s.steps(asked(s), verify(s)),
    ),
    Row(
        "a code for an address that is too old",
        EXPIRED,
        verify,
        ask_and_verify,
        arrange=lambda s: s.steps(asked(s), s.later(DAY + SECOND), signed_in(s)),
    ),
    Row(
        "the code of somebody else's address",
        MISMATCH,
        lambda s: verify(s, s.got["bob"]),
        verify,
        arrange=bob_is_asked,
    ),
    Row(
        "a code of before the address was changed",
        EXPIRED,
        verify,
        ask_and_verify,
        arrange=lambda s: s.steps(asked(s), moved(s)),
    ),
    Row(
        "a sixteenth code tried in an hour",
        LIMIT,
        verify,
        lambda s: s.steps(s.later(HOUR + SECOND), ask_and_verify(s)),
        arrange=tried_fifteen_times,
    ),
    Row(
        "a sixth code for an address in an hour",
        LIMIT,
        ask_for_code,
        lambda s: s.steps(s.later(HOUR + SECOND), signed_in(s), ask_for_code(s)),
        arrange=asked_five_times,
    ),
    Row(
        "a code for an attribute that is no address",
        INVALID + "Invalid attribute name. Only phone_number and email can be verified.",
        lambda s: ask_for_code(s, "name"),
        ask_for_code,
        arrange=signed_in,
    ),
    Row(
        "a code for a phone number that is not there",
        INVALID + "User does not have a valid registered phone number",
        lambda s: ask_for_code(s, "phone_number"),
        ask_for_code,
        arrange=signed_in,
    ),
    Row(
        "a code for an address that is not there",
        INVALID + "User does not have a valid registered email address",
        ask_for_code,
        lambda s: s.steps(write(s, "email", EMAIL), ask_for_code(s)),
        user={"email": "", "email_verified": ""},
        arrange=signed_in,
    ),
)


async def moved(s: Scene) -> None:
    """An administrator gives Ada another address, as a proven one: no code is sent for it."""
    listed = [{"Name": "email", "Value": "new@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await s.admin("AdminUpdateUserAttributes", Username="ada", UserAttributes=listed)


@table(RESERVED, WRITES, DELETIONS, PROOFS)
async def test_an_attribute_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
