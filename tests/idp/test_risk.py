"""SetRiskConfiguration and DescribeRiskConfiguration (behaviour file, 1.16 and 7.2)."""

import pytest
from tests.idp.refused import refusal

from poolhouse.ports import SECOND
from poolhouse.store import snapshots

ENFORCED = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
COMPROMISED = {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "NO_ACTION"}}
TAKEOVER = {
    "NotifyConfiguration": {
        "SourceArn": ARN,
        "From": "Anna <a@example.com>",
        "ReplyTo": "b@example.com",
        "BlockEmail": {"Subject": "Blocked", "HtmlBody": "<p>Blocked</p>", "TextBody": "Blocked"},
        "MfaEmail": {"Subject": "Asked"},
    },
    "Actions": {
        "LowAction": {"Notify": False, "EventAction": "NO_ACTION"},
        "HighAction": {"Notify": True, "EventAction": "BLOCK"},
    },
}
EXCEPTIONS = {"BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["2001:db8::/32"]}
EVERYTHING = {
    "CompromisedCredentialsRiskConfiguration": COMPROMISED,
    "AccountTakeoverRiskConfiguration": TAKEOVER,
    "RiskExceptionConfiguration": EXCEPTIONS,
}


async def _set(world, pool_id, **members):
    return (await world.call("SetRiskConfiguration", UserPoolId=pool_id, **members))["RiskConfiguration"]


async def _describe(world, pool_id, **members):
    found = await world.call("DescribeRiskConfiguration", UserPoolId=pool_id, **members)
    return found["RiskConfiguration"]


async def test_describe_answers_what_was_set_word_for_word(world):
    pool_id = await world.pool(**ENFORCED)

    made = await _set(world, pool_id, **EVERYTHING)

    assert made == {"UserPoolId": pool_id, "LastModifiedDate": made["LastModifiedDate"], **EVERYTHING}
    assert abs(made["LastModifiedDate"] - world.now) < 5 * SECOND
    assert await _describe(world, pool_id) == made


async def test_a_pool_where_nothing_is_set_shows_its_id_alone(world):
    pool_id = await world.pool(**ENFORCED)

    assert await _describe(world, pool_id) == {"UserPoolId": pool_id}


async def test_what_is_set_takes_the_place_of_all_that_was(world):
    pool_id = await world.pool(**ENFORCED)
    await _set(world, pool_id, **EVERYTHING)

    await _set(world, pool_id, RiskExceptionConfiguration=EXCEPTIONS)

    shown = await _describe(world, pool_id)
    assert shown["RiskExceptionConfiguration"] == EXCEPTIONS
    assert not {"CompromisedCredentialsRiskConfiguration", "AccountTakeoverRiskConfiguration"} & shown.keys()


async def test_the_pools_id_alone_goes_back_to_the_defaults_and_leaves_clients_alone(world):
    pool_id = await world.pool(**ENFORCED)
    client_id = (await world.client(pool_id))["ClientId"]
    await _set(world, pool_id, **EVERYTHING)
    await _set(world, pool_id, ClientId=client_id, RiskExceptionConfiguration=EXCEPTIONS)

    assert await _set(world, pool_id) == {"UserPoolId": pool_id}

    assert await _describe(world, pool_id) == {"UserPoolId": pool_id}
    of_client = await _describe(world, pool_id, ClientId=client_id)
    assert of_client["RiskExceptionConfiguration"] == EXCEPTIONS


async def test_a_client_has_its_own_until_both_ids_alone_let_it_inherit_again(world):
    pool_id = await world.pool(**ENFORCED)
    client_id = (await world.client(pool_id))["ClientId"]
    await _set(world, pool_id, **EVERYTHING)

    made = await _set(world, pool_id, ClientId=client_id, CompromisedCredentialsRiskConfiguration=COMPROMISED)

    assert made["ClientId"] == client_id
    assert await _describe(world, pool_id, ClientId=client_id) == made
    again = await _set(world, pool_id, ClientId=client_id)
    assert again == {"UserPoolId": pool_id, "ClientId": client_id}
    assert await _describe(world, pool_id, ClientId=client_id) == again
    assert (await _describe(world, pool_id))["AccountTakeoverRiskConfiguration"] == TAKEOVER


async def test_the_next_request_sees_what_was_set_without_the_words_of_mails(world):
    pool_id = await world.pool(**ENFORCED)
    await snapshots.of_pool(world.env, pool_id)
    await _set(world, pool_id, **EVERYTHING)

    risk = (await snapshots.of_pool(world.env, pool_id)).risk

    notify = risk[""].config["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"]
    assert notify == {"SourceArn": ARN, "From": "Anna <a@example.com>", "ReplyTo": "b@example.com"}
    assert risk[""].config["RiskExceptionConfiguration"] == EXCEPTIONS


async def test_a_deleted_client_leaves_nothing_to_a_later_one(world):
    pool_id = await world.pool(**ENFORCED)
    client_id = (await world.client(pool_id))["ClientId"]
    await _set(world, pool_id, ClientId=client_id, **EVERYTHING)

    await world.call("DeleteUserPoolClient", UserPoolId=pool_id, ClientId=client_id)

    assert (await snapshots.of_pool(world.env, pool_id)).risk == {}


async def test_the_configuration_waits_while_protection_is_off(world):
    pool_id = await world.pool(**ENFORCED)
    made = await _set(world, pool_id, **EVERYTHING)

    await world.call("UpdateUserPool", UserPoolId=pool_id)
    assert await refusal(world, "DescribeRiskConfiguration", UserPoolId=pool_id) == (
        f"UserPoolAddOnNotEnabledException: Threat protection is not enabled for the user pool {pool_id}."
    )

    await world.call("UpdateUserPool", UserPoolId=pool_id, **ENFORCED)
    assert await _describe(world, pool_id) == made


@pytest.mark.parametrize("operation", ["SetRiskConfiguration", "DescribeRiskConfiguration"])
async def test_a_client_of_another_pool_is_no_client_of_this_one(world, operation):
    pool_id, other = await world.pool(**ENFORCED), await world.pool(**ENFORCED)
    stranger = (await world.client(other))["ClientId"]

    answer = await refusal(world, operation, UserPoolId=pool_id, ClientId=stranger)

    assert answer == f"ResourceNotFoundException: User pool client {stranger} does not exist."
