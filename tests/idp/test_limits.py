"""Provisioned limits: read and raised, category by category."""

import pytest
from tests.idp.refused import refusal


def _definition(**attributes):
    return {"LimitClass": "API_CATEGORY", "Attributes": attributes}


USER_CREATION = _definition(Category="UserCreation")


async def test_without_provisioning_a_category_has_its_default(world):
    answer = await world.call("GetProvisionedLimit", LimitDefinition=USER_CREATION)

    assert answer == {
        "Limit": {"LimitDefinition": USER_CREATION, "ProvisionedLimitValue": 50, "FreeLimitValue": 50}
    }


async def test_a_raised_limit_is_kept_and_can_go_back_to_the_default(world):
    for rate in (80, 50):
        expected = {
            "Limit": {"LimitDefinition": USER_CREATION, "ProvisionedLimitValue": rate, "FreeLimitValue": 50}
        }
        request = {"LimitDefinition": USER_CREATION, "RequestedLimitValue": rate}
        assert await world.call("UpdateProvisionedLimit", **request) == expected
        assert await world.call("GetProvisionedLimit", LimitDefinition=USER_CREATION) == expected


@pytest.mark.parametrize(
    ("definition", "rate", "answer"),
    [
        (
            USER_CREATION,
            49,
            "InvalidParameterException: The limit of UserCreation cannot be less than its default, 50.",
        ),
        (
            USER_CREATION,
            -1,
            "InvalidParameterException: The limit of UserCreation cannot be less than its default, 50.",
        ),
        (
            USER_CREATION,
            1_000_001,
            "ServiceQuotaExceededException: The limit of UserCreation cannot be more than 1000000.",
        ),
        (
            _definition(Category="Unknown"),
            60,
            "InvalidParameterException: Unknown is not a category of requests.",
        ),
        (
            _definition(),
            60,
            "InvalidParameterException: LimitDefinition.Attributes must have one member, Category.",
        ),
        (
            _definition(Category="UserCreation", More="x"),
            60,
            "InvalidParameterException: LimitDefinition.Attributes must have one member, Category.",
        ),
    ],
)
async def test_a_limit_outside_the_rules_is_refused(world, definition, rate, answer):
    request = {"LimitDefinition": definition, "RequestedLimitValue": rate}

    assert await refusal(world, "UpdateProvisionedLimit", **request) == answer
    kept = await world.call("GetProvisionedLimit", LimitDefinition=USER_CREATION)
    assert kept["Limit"]["ProvisionedLimitValue"] == 50
