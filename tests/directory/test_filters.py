import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.directory import filters
from poolhouse.directory.filters import Filter
from poolhouse.errors import FilterAttribute, FilterSyntax

NAMES = st.sampled_from(sorted(filters.INDEXED | {"sub", "status", "cognito:user_status"}))
SPACE = st.text(" \t\n", max_size=3)


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(NAMES, st.sampled_from(["=", "^="]), st.text(), SPACE, SPACE, SPACE, SPACE)
def test_every_well_formed_filter_is_read_back(name, operator, value, a, b, c, d):
    found = filters.parse(f"{a}{name}{b}{operator}{c}{quoted(value)}{d}")

    assert found == Filter(name, filters.fold(name, value), operator == "^=")


@given(st.text())
def test_any_text_is_a_filter_or_refused(text):
    try:
        found = filters.parse(text)
    except (FilterSyntax, FilterAttribute):
        return

    assert (found is None) == (text.strip() == "")


@given(st.text(), st.text())
def test_a_prefix_filter_passes_exactly_what_begins_with_it(prefix, rest):
    assert Filter("name", prefix, is_prefix=True).matches(prefix + rest)
    assert Filter("name", prefix, is_prefix=True).matches(rest) == rest.startswith(prefix)


@given(st.text(), st.text())
def test_an_equality_filter_passes_exactly_its_value(value, other):
    assert Filter("name", value, is_prefix=False).matches(value)
    assert Filter("name", value, is_prefix=False).matches(other) == (other == value)


@pytest.mark.parametrize("text", ["", "  ", "\t\n"])
def test_an_empty_filter_passes_everybody(text):
    assert filters.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "email",
        "email = ",
        "email = ada",
        "email = 'ada'",
        'email = "ada',
        'email = "a"da"',
        'email = "ada\\"',
        'email == "ada"',
        'email ^ = "ada"',
        'email != "ada"',
        'email "ada"',
        '= "ada"',
        'email = "ada" and name = "b"',
        'email = "ada";',
    ],
)
def test_what_is_not_a_filter_is_refused(text):
    with pytest.raises(FilterSyntax) as caught:
        filters.parse(text)

    assert caught.value.message == "Error while parsing filter"


@pytest.mark.parametrize("name", ["custom:plan", "Email", "address", "email_verified", "x'OR'1'"])
def test_an_attribute_that_cannot_be_searched_is_named(name):
    with pytest.raises(FilterAttribute) as caught:
        filters.parse(f'{name} = "x"')

    assert caught.value.message == f"Invalid search attribute: {name}"


def test_names_with_braces_are_not_taken_for_places():
    with pytest.raises(FilterAttribute) as caught:
        filters.parse('{name} = "x"')

    assert caught.value.message == "Invalid search attribute: {name}"


def test_user_names_keep_their_case_and_the_others_do_not():
    assert filters.parse('username = "Ada"') == Filter("username", "Ada", is_prefix=False)
    assert filters.parse('email = "Ada"') == Filter("email", "ada", is_prefix=False)
    assert filters.parse('cognito:user_status = "Confirmed"').value == "confirmed"
    assert filters.parse('status = "Enabled"').value == "Enabled"


def test_a_backslash_stands_for_itself_before_anything_but_a_quote_or_a_backslash():
    assert filters.parse(r'name = "a\b\"c\\"').value == r"a\b" + '"c\\'


def test_a_long_hostile_filter_is_refused_in_no_time():
    with pytest.raises(FilterSyntax):
        filters.parse("email" + " " * 100 + '= "' + "\\" * 101 + " " * 40)
