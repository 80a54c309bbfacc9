"""The file of a user import: header, lines, values, and what people see of it in a spreadsheet."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.pool_of import pool_of

from poolhouse.directory import user_csv
from poolhouse.directory.user_csv import BadFile, BadLine

POOL = pool_of(Schema=[{"Name": "plan", "AttributeDataType": "String"}])
HEADER = user_csv.header(POOL)


def line(names: list[str]) -> bytes:
    return ",".join(names).encode()


def test_the_header_has_the_order_of_cognito_with_the_pools_own_attributes_before_the_last_two() -> None:
    assert ",".join(HEADER) == (
        "name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,"
        "email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,"
        "custom:plan,cognito:mfa_enabled,cognito:username"
    )


def test_columns_may_come_in_any_order() -> None:
    turned = HEADER[::-1]

    assert user_csv.columns(POOL, line(turned), with_hash=False) == turned
    assert user_csv.columns(POOL, line(HEADER) + b"\r", with_hash=False) == HEADER


@pytest.mark.parametrize(
    "names",
    [
        HEADER[1:],
        [*HEADER, "nickname"],
        [*HEADER[1:], "surname"],
        [*HEADER, "sub"],
        [*HEADER, "identities"],
        [""],
    ],
    ids=["one missing", "one twice", "one unknown", "sub", "identities", "none"],
)
def test_every_column_must_be_there_once_and_no_other(names: list[str]) -> None:
    with pytest.raises(BadFile, match="columns"):
        user_csv.columns(POOL, line(names), with_hash=False)


def test_the_column_of_hashes_is_there_where_the_job_has_an_algorithm_and_nowhere_else() -> None:
    """That it is called so is [K]."""
    with_hash = [*HEADER, "cognito:password_hash"]

    assert user_csv.columns(POOL, line(with_hash), with_hash=True) == with_hash
    for names, wanted in ((with_hash, False), (HEADER, True)):
        with pytest.raises(BadFile, match="columns"):
            user_csv.columns(POOL, line(names), with_hash=wanted)


@pytest.mark.parametrize(
    ("first_line", "sentence"),
    [
        (b"\xef\xbb\xbf" + line(HEADER), "byte order mark"),
        (line(HEADER).decode().encode("utf-16"), "not a CSV header in UTF-8"),
        (b'"' + line(HEADER) + b'"', "not a CSV header in UTF-8"),
    ],
)
def test_a_file_that_is_not_plain_utf_8_is_refused_as_a_whole(first_line: bytes, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        user_csv.columns(POOL, first_line, with_hash=False)

    assert user_csv.columns(POOL, line(HEADER), with_hash=False)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ("a\\,b,c", ["a,b", "c"]),
        ("  a , b\t,c ", ["a", "b", "c"]),
        (",,", ["", "", ""]),
        ("", [""]),
        ("a\\b,c", ["a\\b", "c"]),
        ("\\,", [","]),
        ("Ω,ß\\,é,日本", ["Ω", "ß,é", "日本"]),
    ],
)
def test_a_backslash_keeps_a_comma_in_its_value_and_values_are_trimmed(text: str, values: list[str]) -> None:
    assert user_csv.values(text) == values


def test_quotation_marks_are_refused() -> None:
    with pytest.raises(BadLine, match="quotation marks"):
        user_csv.values('"a",b')

    assert user_csv.values("'a',b") == ["'a'", "b"]


def test_a_line_may_have_sixteen_thousand_characters_whatever_their_bytes() -> None:
    assert user_csv.decoded("日".encode() * 16_000) == "日" * 16_000
    with pytest.raises(BadLine, match="more than 16000 characters"):
        user_csv.decoded(b"x" * 16_001)


def test_a_line_that_is_not_utf_8_or_has_a_nul_is_refused() -> None:
    with pytest.raises(BadLine, match="not UTF-8"):
        user_csv.decoded(b"caf\xe9")
    with pytest.raises(BadLine, match="cannot be stored"):
        user_csv.decoded(b"a\0b")

    assert user_csv.decoded("café\r".encode()) == "café"


# What has no quotation mark, no end of a line, no backslash, and no space at either end.
CELLS = st.text(st.characters(exclude_characters='"\\\r\n\0', exclude_categories=["Cs"]), max_size=20).map(
    str.strip
)


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_what_is_written_by_the_rules_is_read_as_it_was(cells: list[str]) -> None:
    text = ",".join(cell.replace(",", "\\,") for cell in cells)

    assert user_csv.values(user_csv.decoded(text.encode())) == cells


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_refused_in_a_sentence(content: bytes) -> None:
    outcome = read(content)

    assert outcome.startswith(("values:", "The line "))


def read(content: bytes) -> str:
    try:
        return f"values: {user_csv.values(user_csv.decoded(content))}"
    except BadLine as refusal:
        return str(refusal)


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_that_people_get_is_a_formula(formula: str) -> None:
    (cells,) = csv.reader([user_csv.line_of(["7", formula])])

    assert cells == ["7", f"'{formula}"]


def test_cells_that_are_no_formulas_stay_as_they_are() -> None:
    assert user_csv.line_of(["7", "FAILED", "a reason"]) == "7,FAILED,a reason"
    (cells,) = csv.reader([user_csv.line_of(["a,b", 'say "x"', "1-1"])])
    assert cells == ["a,b", 'say "x"', "1-1"]
