"""A line of a user import: whom it describes, and why it describes nobody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.pool_of import pool_of

from poolhouse.directory import user_csv, user_rows
from poolhouse.directory.pools import Pool
from poolhouse.directory.user_csv import BadLine
from poolhouse.directory.user_rows import Described
from poolhouse.directory.users import Factors

POOL = pool_of(
    Schema=[
        {"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "5"}},
        {"Name": "seats", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "9"}},
    ]
)
SMS = "SMS_MFA"
OPTIONAL = pool_of(MfaConfiguration="OPTIONAL", MfaFactors=[SMS])
REQUIRED = pool_of(MfaConfiguration="ON", MfaFactors=[SMS, "SOFTWARE_TOKEN_MFA"])
NOT_AUTO_VERIFIED = "The User Record does not set any of the auto verified attributes to true."
GOOD = {
    "cognito:username": "ada",
    "cognito:mfa_enabled": "FALSE",
    "email": "ada@example.com",
    "email_verified": "TRUE",
}


def read(pool: Pool = POOL, *, algorithm: str | None = None, **cells: str) -> Described:
    given = GOOD | {name.replace("__", ":"): text for name, text in cells.items()}
    columns = [*user_csv.header(pool), *([user_csv.HASH] if algorithm else [])]
    line = ",".join(given.get(column, "").replace(",", "\\,") for column in columns)
    return user_rows.read(pool, columns, line.encode(), algorithm)


def refusal(pool: Pool = POOL, **cells: Any) -> str:
    with pytest.raises(BadLine) as refused:
        read(pool, **cells)
    return str(refused.value)


def test_a_line_becomes_the_attributes_that_are_stored() -> None:
    found = read(name="Lovelace, Ada", birthdate="12/10/1815", updated_at="0", custom__seats="9")

    assert found == Described(
        username="ada",
        attributes={
            "name": "Lovelace, Ada",
            "email": "ada@example.com",
            "email_verified": "true",
            "birthdate": "1815-12-10",
            "updated_at": "0",
            "custom:seats": "9",
        },
        factors=Factors(),
        password_hash="",
    )


def test_an_address_without_a_flag_is_not_a_proven_one() -> None:
    assert read(phone_number="+4930123456").attributes["phone_number_verified"] == "false"
    assert read(phone_number="+4930123456", phone_number_verified="true").attributes[
        "phone_number_verified"
    ] == ("true")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"cognito__username": ""}, "cognito:username is missing, or is not a user name."),
        ({"cognito__username": "ada b"}, "cognito:username is missing, or is not a user name."),
        ({"cognito__username": "ada\tb"}, "cognito:username is missing, or is not a user name."),
        ({"cognito__username": "a" * 129}, "cognito:username is missing, or is not a user name."),
        ({"cognito__mfa_enabled": ""}, "cognito:mfa_enabled must be TRUE or FALSE."),
        ({"cognito__mfa_enabled": "yes"}, "cognito:mfa_enabled must be TRUE or FALSE."),
        (
            {"cognito__mfa_enabled": "TRUE"},
            "cognito:mfa_enabled must be FALSE, because MFA is off in the user pool.",
        ),
        ({"email_verified": "1"}, "email_verified must be TRUE or FALSE."),
        ({"email_verified": "FALSE"}, NOT_AUTO_VERIFIED),
        ({"email_verified": ""}, NOT_AUTO_VERIFIED),
        ({"email": ""}, NOT_AUTO_VERIFIED),
        ({"email": "ada"}, "Invalid email address format."),
        ({"phone_number": "030"}, "Invalid phone number format."),
        ({"birthdate": "1815-12-10"}, "birthdate must be a date in the form mm/dd/yyyy."),
        ({"birthdate": "10/12/15"}, "birthdate must be a date in the form mm/dd/yyyy."),
        ({"birthdate": "02/30/1815"}, "birthdate must be a date in the form mm/dd/yyyy."),
        (
            {"updated_at": "yesterday"},
            "Attributes did not conform to the schema: updated_at: Attribute must be a number.",
        ),
        (
            {"custom__plan": "golden"},
            "Attributes did not conform to the schema: custom:plan: "
            "String must be no longer than 5 characters.",
        ),
        (
            {"custom__seats": "10"},
            "Attributes did not conform to the schema: custom:seats: Number must be no more than 9.",
        ),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_with_the_rule_and_without_the_value(
    cells: dict[str, str], reason: str
) -> None:
    assert refusal(**cells) == reason
    assert read().username == "ada"


def test_a_line_with_another_number_of_columns_is_refused() -> None:
    columns = user_csv.header(POOL)

    with pytest.raises(BadLine, match="number of columns"):
        user_rows.read(POOL, columns, b"," * len(columns), None)


def test_what_the_pool_requires_must_be_there() -> None:
    pool = pool_of(Schema=[{"Name": "family_name", "Required": True}])

    assert refusal(pool) == (
        "Attributes did not conform to the schema: family_name: The attribute is required"
    )
    assert read(pool, family_name="Lovelace").attributes["family_name"] == "Lovelace"


def test_one_proven_address_that_the_pool_verifies_is_enough() -> None:
    pool = pool_of(AutoVerifiedAttributes=["email", "phone_number"])
    phone = {"phone_number": "+4930123456", "phone_number_verified": "TRUE"}

    assert read(pool, email="", email_verified="", **phone).attributes["phone_number"] == "+4930123456"
    assert refusal(POOL, email="", email_verified="", **phone) == NOT_AUTO_VERIFIED


def test_a_case_insensitive_pool_keeps_names_in_lower_case() -> None:
    pool = pool_of(UsernameConfiguration={"CaseSensitive": False})

    assert read(pool, cognito__username="Ada").username == "ada"
    assert read(POOL, cognito__username="Ada").username == "Ada"


def test_where_addresses_are_user_names_the_user_name_fills_the_attribute() -> None:
    pool = pool_of(UsernameAttributes=["email"])

    found = read(pool, cognito__username="ada@example.com", email="")

    assert (found.username, found.attributes["email"]) == (None, "ada@example.com")
    assert refusal(pool, cognito__username="ada") == "Username should be either an email or a phone number."
    assert (
        refusal(pool, cognito__username="eve@example.com")
        == "Username and the attribute email are not the same."
    )


def test_an_address_that_is_an_alias_is_no_user_name() -> None:
    pool = pool_of(AliasAttributes=["email"])

    assert refusal(pool, cognito__username="eve@example.com") == (
        "Username cannot be of email format, since user pool is configured for email alias."
    )
    assert read(pool).username == "ada"


def test_mfa_follows_the_pool() -> None:
    phone = {"phone_number": "+4930123456", "phone_number_verified": "TRUE"}

    assert refusal(REQUIRED) == "cognito:mfa_enabled must be TRUE, because the user pool requires MFA."
    assert read(REQUIRED, cognito__mfa_enabled="TRUE", **phone).factors == Factors(sms=True)
    assert read(REQUIRED, cognito__mfa_enabled="TRUE").factors == Factors()  # has to set up another factor
    assert read(OPTIONAL, **phone).factors == Factors()
    assert read(OPTIONAL, cognito__mfa_enabled="true", **phone).factors == Factors(sms=True)
    assert refusal(OPTIONAL, cognito__mfa_enabled="TRUE") == (
        "cognito:mfa_enabled is TRUE, but the user cannot get a text message."
    )


def test_a_hash_is_taken_as_it_is_and_anything_else_refused_without_it() -> None:
    good = "$2b$10$" + "." * 53

    assert read(algorithm="BCRYPT", cognito__password_hash=good).password_hash == good
    assert read(algorithm="BCRYPT").password_hash == ""
    assert refusal(algorithm="BCRYPT", cognito__password_hash="$2b$31$" + "." * 53) == (
        "cognito:password_hash is not a hash of BCRYPT that can be imported."
    )


@given(st.dictionaries(st.sampled_from(user_csv.header(POOL)), st.text(max_size=30)), st.text(max_size=40))
def test_any_cells_are_a_user_or_refused_and_the_reason_never_has_a_cell_in_it(
    cells: dict[str, str], name: str
) -> None:
    marked = {column: f"planted {text}" for column, text in cells.items()} | {"cognito:username": name}
    columns = user_csv.header(POOL)
    line = ",".join((GOOD | marked).get(column, "") for column in columns).replace("\n", " ")

    outcome = described(columns, line.encode("utf-8", "replace"))

    assert "planted" not in outcome


def described(columns: list[str], line: bytes) -> str:
    try:
        return "a user" if user_rows.read(POOL, columns, line, None) else ""
    except BadLine as refused:
        return str(refused)
