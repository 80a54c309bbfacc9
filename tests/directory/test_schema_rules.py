"""The schema of a pool: standard attributes changed, custom ones added, and every rule of 1.17."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.directory.schema import STANDARD, from_config
from poolhouse.directory.schema_rules import new_schema, with_custom
from poolhouse.errors import ApiError, InvalidParameter


def _text(**members):
    return {"Name": "plan", "AttributeDataType": "String"} | members


def test_a_custom_attribute_gets_its_prefix_and_its_defaults():
    assert new_schema([_text()]) == [
        {
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": True,
            "Required": False,
            "StringAttributeConstraints": {},
        }
    ]


def test_a_developer_only_attribute_gets_both_prefixes():
    (entry,) = new_schema([_text(DeveloperOnlyAttribute=True)])

    assert entry["Name"] == "dev:custom:plan"


def test_bounds_are_kept_as_texts():
    text, number = new_schema(
        [
            _text(StringAttributeConstraints={"MinLength": "1", "MaxLength": "10"}, Mutable=False),
            {
                "Name": "age",
                "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "-5", "MaxValue": "120"},
            },
        ]
    )

    assert text["StringAttributeConstraints"] == {"MinLength": "1", "MaxLength": "10"}
    assert text["Mutable"] is False
    assert number["NumberAttributeConstraints"] == {"MinValue": "-5", "MaxValue": "120"}


def test_a_standard_attribute_keeps_what_the_request_does_not_change():
    (entry,) = new_schema([{"Name": "email", "Required": True}])

    assert entry == {
        "Name": "email",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": True,
        "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
    }


def test_what_describe_answers_for_the_standard_attributes_is_accepted_back():
    entries = [
        {"Name": "sub", "AttributeDataType": "String", "Mutable": False, "Required": True},
        {"Name": "email_verified", "AttributeDataType": "Boolean", "Mutable": True, "Required": False},
        {
            "Name": "updated_at",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "0"},
        },
    ]

    assert from_config(new_schema(entries)) == STANDARD


STANDARD_STAYS = (
    "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
)

REFUSED = [
    (_text(Required=True), "Required custom attributes are not supported currently."),
    (
        {"Name": "plan"},
        "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
    ),
    (
        _text(StringAttributeConstraints={"MaxLength": "2049"}),
        "user.custom:plan: String attributes cannot have a length of more than 2048",
    ),
    (
        _text(StringAttributeConstraints={"MinLength": "2049"}),
        "user.custom:plan: String attributes cannot have a length of more than 2048",
    ),
    (
        _text(StringAttributeConstraints={"MinLength": "5", "MaxLength": "4"}),
        "user.custom:plan: Max length cannot be less than min length.",
    ),
    (
        _text(StringAttributeConstraints={"MinLength": "-1"}),
        "Invalid StringAttributeConstraints for schema attribute custom:plan",
    ),
    (
        _text(StringAttributeConstraints={"MaxLength": "ten"}),
        "Invalid StringAttributeConstraints for schema attribute custom:plan",
    ),
    (
        _text(StringAttributeConstraints={"MaxLength": "9" * 5000}),
        "Invalid StringAttributeConstraints for schema attribute custom:plan",
    ),
    (
        _text(NumberAttributeConstraints={"MinValue": "1"}),
        "Invalid NumberAttributeConstraints for schema attribute custom:plan",
    ),
    (
        {"Name": "n", "AttributeDataType": "Number", "StringAttributeConstraints": {"MinLength": "1"}},
        "Invalid StringAttributeConstraints for schema attribute custom:n",
    ),
    (
        {
            "Name": "n",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "2", "MaxValue": "1"},
        },
        "user.custom:n: Max value cannot be less than min value.",
    ),
    (
        {"Name": "email", "AttributeDataType": "Number"},
        f"{STANDARD_STAYS} email",
    ),
    (
        {"Name": "email", "DeveloperOnlyAttribute": True},
        f"{STANDARD_STAYS} email",
    ),
    ({"Name": "sub", "Mutable": True}, "Mutable and Required of the attribute sub cannot be changed."),
    (
        {"Name": "email_verified", "Required": True},
        "Mutable and Required of the attribute email_verified cannot be changed.",
    ),
    ({"AttributeDataType": "String"}, "An attribute of the schema needs a Name."),
]


@pytest.mark.parametrize(("entry", "text"), REFUSED)
def test_a_schema_entry_that_breaks_a_rule_is_refused_with_the_text_of_cognito(entry, text):
    with pytest.raises(InvalidParameter) as refusal:
        new_schema([entry])

    assert refusal.value.message == text


def test_a_name_stands_once_in_a_schema():
    assert len(new_schema([_text(), _text(Name="other")])) == 2
    with pytest.raises(
        InvalidParameter, match=r"^custom:plan: Existing attribute already has name custom:plan\.$"
    ):
        new_schema([_text(), _text()])


def test_a_custom_attribute_is_added_to_those_that_are_there():
    before = new_schema([{"Name": "email", "Required": True}, _text()])

    after = with_custom(before, [_text(Name="email")])

    assert after[:2] == before
    assert after[2]["Name"] == "custom:email"
    with pytest.raises(InvalidParameter, match="custom:plan: Existing attribute already has name"):
        with_custom(before, [_text()])


def test_a_pool_can_have_fifty_custom_attributes_and_not_one_more():
    fifty = with_custom(
        new_schema([{"Name": "email", "Required": True}]), [_text(Name=f"a{n}") for n in range(50)]
    )

    assert len(fifty) == 51
    with pytest.raises(InvalidParameter, match="50 custom attributes at most"):
        with_custom(fifty, [_text(Name="one-more")])


_BOUND = st.one_of(st.none(), st.text(max_size=6), st.integers(-3000, 3000).map(str))


@given(
    name=st.sampled_from(["plan", "email", "sub", "updated_at", ""]),
    data_type=st.sampled_from(["String", "Number", "DateTime", "Boolean"]),
    low=_BOUND,
    high=_BOUND,
)
def test_any_entry_is_accepted_or_refused_and_what_is_accepted_can_be_read_back(name, data_type, low, high):
    entry = {
        "Name": name,
        "AttributeDataType": data_type,
        "StringAttributeConstraints": {"MinLength": low, "MaxLength": high},
    }

    try:
        accepted = new_schema([entry])
    except ApiError:
        return
    assert len(from_config(accepted)) in (len(STANDARD), len(STANDARD) + 1)
