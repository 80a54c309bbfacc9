"""What is done about risk: what may be set, and what is in force for an app client."""

import ipaddress

import pytest

from poolhouse.directory import risk_config
from poolhouse.directory.risk_config import (
    COMPROMISED,
    DEFAULTS,
    EXCEPTIONS,
    TAKEOVER,
    WHOLE_POOL,
    RiskConfiguration,
)
from poolhouse.errors import NotARange, NotifyWithoutConfiguration, NotOneMailbox

ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
NO_ACTION = {"Actions": {"EventAction": "NO_ACTION"}}
BLOCKS = {"Actions": {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}}
NOTIFIES = {"HighAction": {"Notify": True, "EventAction": "BLOCK"}}
BLOCKED = {"BlockedIPRangeList": ["192.0.2.0/24"]}


def _found(**levels):
    return {key: RiskConfiguration(key, config, 0) for key, config in levels.items()}


def _of_pool(config, **clients):
    return _found(**clients) | {WHOLE_POOL: RiskConfiguration(WHOLE_POOL, config, 0)}


def test_k_where_nothing_is_set_stolen_passwords_are_refused_and_odd_sign_ins_are_not():
    assert risk_config.effective({}, "app") == {
        COMPROMISED: {
            "EventFilter": ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"],
            "Actions": {"EventAction": "BLOCK"},
        },
        TAKEOVER: {"Actions": {}},
        EXCEPTIONS: {},
    }


def test_what_the_pool_has_is_in_force_for_a_client_without_its_own():
    found = _of_pool({COMPROMISED: NO_ACTION})

    assert risk_config.effective(found, "app")[COMPROMISED] == NO_ACTION
    assert risk_config.effective(found, "app")[TAKEOVER] == DEFAULTS[TAKEOVER]


def test_a_clients_own_goes_before_the_pools_and_is_no_other_clients():
    found = _of_pool({TAKEOVER: {"Actions": {}}}, app={TAKEOVER: BLOCKS})

    assert risk_config.effective(found, "app")[TAKEOVER] == BLOCKS
    assert risk_config.effective(found, "other")[TAKEOVER] == {"Actions": {}}
    assert risk_config.holder(found, "app", TAKEOVER) == "app"
    assert risk_config.holder(found, "other", TAKEOVER) == WHOLE_POOL
    assert risk_config.holder(found, "other", EXCEPTIONS) is None


def test_k_a_member_that_a_client_leaves_out_is_the_pools():
    found = _of_pool({COMPROMISED: NO_ACTION, EXCEPTIONS: BLOCKED}, app={TAKEOVER: BLOCKS})

    assert risk_config.effective(found, "app") == {
        COMPROMISED: NO_ACTION,
        TAKEOVER: BLOCKS,
        EXCEPTIONS: BLOCKED,
    }


@pytest.mark.parametrize("given", [{}, {"EventFilter": []}])
def test_a_filter_that_names_no_event_means_all_of_them(given):
    assert risk_config.event_filter(NO_ACTION | given) == {"SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"}
    assert risk_config.event_filter(NO_ACTION | {"EventFilter": ["SIGN_UP"]}) == {"SIGN_UP"}


def test_ranges_are_networks_of_both_families_whatever_stands_beside_the_prefix():
    exceptions = {"SkippedIPRangeList": ["192.0.2.77/24", "2001:db8::1/32"]}

    assert list(risk_config.ranges(exceptions, "SkippedIPRangeList")) == [
        ipaddress.ip_network("192.0.2.0/24"),
        ipaddress.ip_network("2001:db8::/32"),
    ]
    assert list(risk_config.ranges(exceptions, "BlockedIPRangeList")) == []


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1",
        "192.0.2.0/33",
        "192.0.2.0/255.255.255.0",
        "192.0.2/24",
        "2001:db8::/129",
        "fe80::%1/64",
        "192.0.2.0/" + "9" * 5_000,
        "/",
        "",
    ],
)
@pytest.mark.parametrize("member", ["BlockedIPRangeList", "SkippedIPRangeList"])
def test_what_is_no_range_in_cidr_notation_is_refused_by_its_member(member, text):
    with pytest.raises(NotARange, match=member):
        risk_config.of_request({EXCEPTIONS: {member: [text]}})

    assert risk_config.of_request({EXCEPTIONS: {member: ["0.0.0.0/0"]}})


def test_k_whoever_is_to_be_told_needs_the_mail_to_be_configured():
    with pytest.raises(NotifyWithoutConfiguration):
        risk_config.of_request({TAKEOVER: {"Actions": NOTIFIES}})

    mail = {"NotifyConfiguration": {"SourceArn": ARN}}
    assert risk_config.of_request({TAKEOVER: {"Actions": NOTIFIES} | mail})
    assert risk_config.of_request({TAKEOVER: BLOCKS})


@pytest.mark.parametrize("member", ["From", "ReplyTo"])
def test_mail_comes_from_and_goes_back_to_one_address(member):
    def request(address):
        return {TAKEOVER: BLOCKS | {"NotifyConfiguration": {"SourceArn": ARN, member: address}}}

    with pytest.raises(NotOneMailbox, match=member):
        risk_config.of_request(request("a@example.com, b@example.com"))

    assert risk_config.of_request(request("Anna <a@example.com>"))


def test_the_words_of_mails_are_kept_apart_and_come_back_in_their_place():
    words = {"Subject": "Blocked", "TextBody": "We blocked it."}
    config = {
        COMPROMISED: NO_ACTION,
        TAKEOVER: {"Actions": NOTIFIES, "NotifyConfiguration": {"SourceArn": ARN, "BlockEmail": words}},
    }

    rest, emails = risk_config.parted(config)

    assert emails == {"BlockEmail": words}
    assert rest[TAKEOVER]["NotifyConfiguration"] == {"SourceArn": ARN}
    assert risk_config.whole(rest, emails) == config
    assert risk_config.parted({COMPROMISED: NO_ACTION}) == ({COMPROMISED: NO_ACTION}, {})
