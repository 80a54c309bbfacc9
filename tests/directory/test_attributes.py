"""The values that an attribute may have, by its type, and which names may be written (3.3-3.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from poolhouse.directory import attributes, clients, pools
from poolhouse.directory.attributes import for_deletion, for_new_user, for_new_user_by_admin, for_update
from poolhouse.directory.schema import NOT_USER_WRITABLE, STANDARD, Attribute
from poolhouse.errors import ApiError, InvalidParameter, UnauthorizedAttribute

_ROW = {"pool_id": "us-east-1_Aa", "name": "p", "version": 1, "created_at": 0, "modified_at": 0}


def pool(*extra: Attribute, **config):
    made = pools.from_row(_ROW | {"config": "{}"}, {})
    return replace(made, schema={**STANDARD, **{added.name: added for added in extra}}, **config)


def client(of, writes=None):
    row = {"client_id": "c", "pool_id": "p", "name": "c", "client_type": "REGULAR", "config": "{}"}
    made = clients.from_row(row | {"created_at": 0, "modified_at": 0}, (), of)
    return made if writes is None else replace(made, writable=frozenset(writes))


def refused(of, **values):
    with pytest.raises(InvalidParameter) as caught:
        for_update(of, None, {name.replace("custom_", "custom:"): text for name, text in values.items()})
    return caught.value.message


def custom(data_type, **bounds):
    return Attribute("custom:x", data_type, True, False, **bounds)


PREFIX = "Attributes did not conform to the schema: custom:x: "


@pytest.mark.parametrize(
    ("attribute", "good", "bad", "fault"),
    [
        (custom("Boolean"), ["true", "false"], ["yes", "1", " true"], "Attribute must be true or false."),
        (
            custom("Number"),
            ["0", "-5", "9" * 308],
            ["1.5", "x", "1e3", "٣", "9" * 309],
            "Attribute must be a number.",
        ),
        (custom("Number", min_value=1), ["1", "2"], ["0", "-1"], "Number must be no less than 1."),
        (custom("Number", max_value=1), ["1", "-9"], ["2"], "Number must be no more than 1."),
        (custom("String", min_length=2), ["ab", "éé"], ["a"], "String must be at least 2 characters long."),
        (custom("String", max_length=2), ["ab", "é"], ["abc"], "String must be no longer than 2 characters."),
        (
            custom("String"),
            ["x" * 2048],
            ["é" * 1025, "x" * 2049],
            "String must be no longer than 2048 bytes.",
        ),
        (
            custom("DateTime"),
            ["1815-12-10", "1815-12-10T08:00:00Z", "2026-01-02T03:04:05+01:00", "1470957431"],
            ["yesterday", "1815-13-10", "10.12.1815", "2026-01-02T25:00:00Z"],
            "Attribute must be a date or a time.",
        ),
    ],
)
def test_a_value_is_of_the_type_of_its_attribute_and_within_the_bounds(attribute, good, bad, fault):
    of = pool(attribute)

    for value in good:
        assert for_update(of, None, {"custom:x": value}) == {"custom:x": value}
    for value in bad:
        assert refused(of, custom_x=value) == f"{PREFIX}{fault}\n"


def test_every_rule_that_is_broken_is_told_at_once():
    of = pool(custom("Number"))

    found = refused(of, custom_x="old", birthdate="1815", updated_at="-1")

    assert found == (
        "Attributes did not conform to the schema: "
        "custom:x: Attribute must be a number.\n"
        "birthdate: String must be at least 10 characters long.\n"
        "updated_at: Number must be no less than 0.\n"
    )


def test_a_birthdate_has_ten_characters():
    assert for_update(pool(), None, {"birthdate": "1815-12-10"})
    assert "birthdate: String must be no longer than 10" in refused(pool(), birthdate="1815-12-10Z")


@pytest.mark.parametrize(
    "text", ["ada", "@b.cd", "a@b", "a@@b.cd", "a b@c.de", "a@b.cd\n", "a@b.cd\r\nBcc: x@y.zz"]
)
def test_an_address_that_is_none_is_refused(text):
    assert refused(pool(), email=text) == "Invalid email address format."
    assert for_update(pool(), None, {"email": "ada+x@sub.example.com"})


@pytest.mark.parametrize(
    "text", ["12065550100", "+1 206", "+", "+1", "+1234567890123456", "+１２０６", "+1206\n"]
)
def test_a_number_that_is_none_is_refused(text):
    assert refused(pool(), phone_number=text) == "Invalid phone number format."
    assert for_update(pool(), None, {"phone_number": "+12065550100"})


# Who may write what


@pytest.mark.parametrize("name", sorted(NOT_USER_WRITABLE))
def test_what_proves_something_is_not_the_users_to_write_even_if_the_client_were_to_say_so(name):
    of = pool()
    app = client(of, writes=STANDARD)

    for write in (
        lambda: for_update(of, app, {name: "true"}),
        lambda: for_deletion(of, app, [name]),
        lambda: for_new_user(of, app, {name: "true"}, {}),
    ):
        with pytest.raises(UnauthorizedAttribute):
            write()
    assert for_update(of, app, {"locale": "true"}) == {"locale": "true"}


def test_an_attribute_that_came_later_is_not_writable_by_clients_that_were_there():
    """Gotcha 16."""
    old = client(pool())
    of = pool(custom("String"))

    with pytest.raises(UnauthorizedAttribute):
        for_update(of, old, {"custom:x": "1"})
    assert for_update(of, client(of, writes=["custom:x"]), {"custom:x": "1"}) == {"custom:x": "1"}
    assert for_update(of, None, {"custom:x": "1"}) == {"custom:x": "1"}


def test_a_developers_attribute_is_written_by_administrators_only():
    of = pool(Attribute("dev:custom:x", "String", True, False, developer_only=True))

    for write in (
        lambda: for_update(of, client(of), {"dev:custom:x": "1"}),
        lambda: for_deletion(of, client(of), ["dev:custom:x"]),
        lambda: for_new_user(of, client(of), {"dev:custom:x": "1"}, {}),
    ):
        with pytest.raises(UnauthorizedAttribute):
            write()
    assert for_update(of, None, {"dev:custom:x": "1"}) == {"dev:custom:x": "1"}


def test_a_required_attribute_is_writable_by_a_client_that_names_none():
    of = pool(Attribute("custom:x", "String", True, required=True))

    assert for_update(of, client(of), {"custom:x": "1"}) == {"custom:x": "1"}
    with pytest.raises(InvalidParameter, match="Required attributes cannot be deleted"):
        for_update(of, client(of), {"custom:x": ""})


def test_a_fixed_attribute_is_written_when_the_user_is_made_and_never_again():
    of = pool(Attribute("custom:x", "String", mutable=False, required=False))

    assert for_new_user_by_admin(of, {"custom:x": "1"}) == {"custom:x": "1"}
    assert for_new_user(of, client(of, writes=["custom:x"]), {"custom:x": "1"}, {}) == {"custom:x": "1"}
    for value in ("2", ""):
        assert refused(of, custom_x=value) == "user.custom:x: Attribute cannot be updated.\n"


def test_administrators_need_not_give_what_is_required():
    of = pool(Attribute("nickname", "String", True, required=True))

    assert for_new_user_by_admin(of, {"locale": "en"}) == {"locale": "en"}
    with pytest.raises(InvalidParameter, match="nickname: The attribute is required"):
        for_new_user(of, client(of), {"locale": "en"}, {})


def test_of_a_name_that_is_given_twice_the_last_value_counts():
    entries = [{"Name": "locale", "Value": "en"}, {"Name": "locale"}, {"Name": "name", "Value": "Ada"}]

    assert attributes.from_list(entries) == {"locale": "", "name": "Ada"}


@given(st.dictionaries(st.sampled_from([*STANDARD, "custom:x", "custom:y"]), st.text(max_size=12)))
def test_any_values_are_taken_as_they_are_or_refused(values):
    try:
        taken = for_update(pool(custom("DateTime")), None, values)
    except ApiError:
        return

    assert taken == values
