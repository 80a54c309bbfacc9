"""What browsers and password managers are told about fields."""

import pytest

from poolhouse.oauth.pages import inputs, says
from poolhouse.oauth.pages.inputs import Input
from poolhouse.oauth.pages.parts import Rule


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("given_name", Input("text", "given-name")),
        ("birthdate", Input("date", "bday")),
        ("phone_number", Input("tel", "tel", "tel")),
        ("custom:team", Input("text", "off")),
    ],
)
def test_an_attribute_has_the_input_that_browsers_can_fill(attribute, expected):
    assert inputs.input_of(attribute) == expected


def test_every_standard_attribute_has_an_input_of_its_own():
    assert inputs._ATTRIBUTES.keys() == says.STANDARD


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ("username", "username"),
        ("requiredAttributes[custom:team_name]", "requiredAttributes-custom-team-name"),
        ('"><script>', "script"),
    ],
)
def test_an_id_has_letters_digits_and_hyphens_alone(posted, expected):
    assert inputs.id_of(posted) == expected


def test_password_generators_are_told_the_policy():
    rules = (Rule("length", 12), Rule("number"), Rule("upper"), Rule("lower"))

    assert inputs.password_rules(rules) == (
        "minlength: 12; required: digit; required: upper; required: lower;"
    )
    assert "required: [" in inputs.password_rules((Rule("symbol"),))


def test_a_custom_attribute_is_labelled_by_its_name_in_words():
    assert says.label("custom:team_name").verbatim == "Team name"
    assert says.label("given_name").key == "attribute.given_name"
    assert says.label("custom:").verbatim == "custom:"
