"""The schema of a pool: the standard attributes, and those that are added (behaviour file, 3.3 and 3.4)."""

from tests.idp.refused import refusal


async def _described(world, pool_id):
    return (await world.call("DescribeUserPool", UserPoolId=pool_id))["UserPool"]


def _standard(data_type, mutable=True, required=False, **constraints):
    return {
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": False,
        "Mutable": mutable,
        "Required": required,
    } | constraints


_TEXT = _standard("String", StringAttributeConstraints={"MinLength": "0", "MaxLength": "2048"})
_NAMES = "name given_name family_name middle_name nickname preferred_username profile picture website gender"
_NAMES += " zoneinfo locale email phone_number address"


async def test_describe_shows_every_standard_attribute_with_its_type_and_bounds(world):
    pool = await _described(world, await world.pool())

    shown = {entry.pop("Name"): entry for entry in pool["SchemaAttributes"]}

    assert shown == dict.fromkeys(_NAMES.split(), _TEXT) | {
        "sub": _standard(
            "String",
            mutable=False,
            required=True,
            StringAttributeConstraints={"MinLength": "1", "MaxLength": "2048"},
        ),
        "birthdate": _standard("String", StringAttributeConstraints={"MinLength": "10", "MaxLength": "10"}),
        "email_verified": _standard("Boolean"),
        "phone_number_verified": _standard("Boolean"),
        "updated_at": _standard("Number", NumberAttributeConstraints={"MinValue": "0"}),
        "identities": _standard("String", StringAttributeConstraints={}),
    }


async def test_custom_attributes_are_added_for_good(world):
    pool_id = await world.pool()
    plan = {"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "10"}}

    assert await world.call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[plan]) == {}

    assert (await _described(world, pool_id))["SchemaAttributes"][-1] == {
        "Name": "custom:plan",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
        "StringAttributeConstraints": {"MaxLength": "10"},
    }
    assert await refusal(world, "AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[plan]) == (
        "InvalidParameterException: custom:plan: Existing attribute already has name custom:plan."
    )
    await world.call("UpdateUserPool", UserPoolId=pool_id)
    assert (await _described(world, pool_id))["SchemaAttributes"][-1]["Name"] == "custom:plan"


async def test_25_attributes_are_added_in_one_call_and_no_more_and_names_have_20_characters(world):
    pool_id = await world.pool()

    def added(*names):
        attributes = [{"Name": name, "AttributeDataType": "String"} for name in names]
        return {"UserPoolId": pool_id, "CustomAttributes": attributes}

    assert "less than or equal to 25" in await refusal(
        world, "AddCustomAttributes", **added(*(f"a{number}" for number in range(26)))
    )
    assert "less than or equal to 20" in await refusal(world, "AddCustomAttributes", **added("a" * 21))
    assert await world.call("AddCustomAttributes", **added(*(f"a{number}" for number in range(25)))) == {}
    assert await world.call("AddCustomAttributes", **added("a" * 20)) == {}


async def test_an_attribute_added_later_is_closed_to_clients_that_list_theirs(world):
    pool_id = await world.pool()
    listed = await world.client(pool_id, ReadAttributes=["email"])
    await world.user(pool_id, email="ada@example.com")
    await world.call(
        "AddCustomAttributes",
        UserPoolId=pool_id,
        CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}],
    )
    await world.call(
        "AdminUpdateUserAttributes",
        UserPoolId=pool_id,
        Username="ada",
        UserAttributes=[{"Name": "custom:plan", "Value": "gold"}],
    )

    async def readable(client):
        tokens = await world.tokens(client)
        shown = await world.call("GetUser", AccessToken=tokens["AccessToken"])
        return {entry["Name"] for entry in shown["UserAttributes"]}

    assert "custom:plan" not in await readable(listed)
    opened = await world.client(pool_id, ReadAttributes=["email", "custom:plan"])
    assert "custom:plan" in await readable(opened)
