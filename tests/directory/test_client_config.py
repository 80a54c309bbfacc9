"""An app client's configuration: defaults, flows, lives of tokens, attributes, and what is refused."""

import msgspec
import pytest

from poolhouse.directory import client_config
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.directory.pool_config import new_config as new_pool_config
from poolhouse.directory.pools import PASSWORD_STORAGE_TAG, from_row
from poolhouse.errors import InvalidParameter, InvalidTokenValidity, InvalidWriteAttributes, NotSupportedYet
from poolhouse.ports import Row

SRP, REFRESH, PASSWORD = "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"
ARN = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/x"


def _pool(tags=None, **request):
    row: Row = {
        "pool_id": "us-east-1_Aa1Bb2Cc3",
        "name": "p",
        "version": 1,
        "config": msgspec.json.encode(new_pool_config(request)),
        "created_at": 0,
        "modified_at": 0,
    }
    return from_row(row, tags or {})


def _config(pool=None, **request):
    around = Surroundings(scopes=frozenset(), providers=frozenset(), has_secret=True)
    return client_config.new_config(request, pool or _pool(), around)


def test_a_client_made_with_a_name_only_has_the_published_defaults():
    assert _config(ClientName="c") == {
        "TokenValidityUnits": {},
        "PreventUserExistenceErrors": "LEGACY",
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AllowedOAuthFlowsUserPoolClient": False,
        "AuthSessionValidity": 3,
        "RefreshTokenValidity": 30,
    }


HARMLESS = [
    {"SupportedIdentityProviders": []},
    {"CallbackURLs": [], "LogoutURLs": [], "AllowedOAuthFlows": [], "AllowedOAuthScopes": []},
    {"AllowedOAuthFlowsUserPoolClient": False},
    {"EnablePropagateAdditionalUserContextData": False},
    {"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", REFRESH]},
]


@pytest.mark.parametrize("request_", HARMLESS)
def test_a_value_that_asks_for_nothing_is_let_through(request_):
    assert _config(**request_) | _config() == _config(**request_)


def test_a_client_with_a_secret_may_name_the_addresses_of_its_users_and_one_without_may_not():
    given = {"EnablePropagateAdditionalUserContextData": True}
    without = Surroundings(scopes=frozenset(), providers=frozenset(), has_secret=False)

    assert _config(**given)["EnablePropagateAdditionalUserContextData"]
    with pytest.raises(InvalidParameter, match="needs an app client that has a secret"):
        client_config.new_config(given, _pool(), without)


REFUSED_FOR_NOW = [
    {"AnalyticsConfiguration": {"ApplicationArn": ARN}},
]


@pytest.mark.parametrize("request_", REFUSED_FOR_NOW)
def test_a_setting_that_nothing_acts_on_is_refused_and_named(request_):
    with pytest.raises(NotSupportedYet, match="yet, so it was not stored"):
        _config(**request_)


@pytest.mark.parametrize(
    "flows",
    [
        [SRP, REFRESH],
        ["ADMIN_NO_SRP_AUTH"],
        ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
        ["CUSTOM_AUTH_FLOW_ONLY"],
        ["ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", REFRESH],
    ],
)
def test_either_form_of_the_flows_is_kept_as_given(flows):
    assert _config(ExplicitAuthFlows=flows)["ExplicitAuthFlows"] == flows


def test_the_two_forms_of_the_flows_cannot_be_mixed():
    with pytest.raises(InvalidParameter, match="beside values that start with ALLOW_"):
        _config(ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH", REFRESH])


def test_without_rotation_refreshing_must_be_allowed():
    with pytest.raises(InvalidParameter, match=r"^REFRESH_TOKEN_AUTH should always be allowed\.$"):
        _config(ExplicitAuthFlows=[SRP])


def test_that_rule_can_be_switched_off_in_one_place(monkeypatch):
    monkeypatch.setattr(client_config, "REFRESH_MUST_BE_ALLOWED", False)

    assert _config(ExplicitAuthFlows=[SRP])["ExplicitAuthFlows"] == [SRP]


def test_rotation_stands_without_refresh_token_auth():
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}

    config = _config(RefreshTokenRotation=rotation, ExplicitAuthFlows=[SRP])

    assert config["RefreshTokenRotation"] == rotation


@pytest.mark.parametrize("flows", [[SRP, REFRESH], [], ["USER_PASSWORD_AUTH"]])
def test_rotation_is_refused_beside_refresh_token_auth_however_that_is_allowed(flows):
    with pytest.raises(InvalidParameter, match="cannot be ENABLED together with ALLOW_REFRESH_TOKEN_AUTH"):
        _config(RefreshTokenRotation={"Feature": "ENABLED"}, ExplicitAuthFlows=flows)


def test_rotation_that_is_off_reads_back_without_a_grace_period():
    rotation = {"Feature": "DISABLED", "RetryGracePeriodSeconds": 30}

    assert _config(RefreshTokenRotation=rotation)["RefreshTokenRotation"] == {
        "Feature": "DISABLED",
        "RetryGracePeriodSeconds": 0,
    }


GOOD_LIVES = [
    {"AccessTokenValidity": 300, "TokenValidityUnits": {"AccessToken": "seconds"}},
    {"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}},
    {"IdTokenValidity": 24},
    {"IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "days"}},
    {"RefreshTokenValidity": 3650},
    {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}},
]


@pytest.mark.parametrize("request_", GOOD_LIVES)
def test_lives_of_tokens_within_their_bounds_are_kept(request_):
    assert request_.items() <= _config(**request_).items()


BAD_LIVES = [
    {"AccessTokenValidity": 299, "TokenValidityUnits": {"AccessToken": "seconds"}},
    {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
    {"AccessTokenValidity": 25},
    {"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}},
    {"IdTokenValidity": 86_400},
    {"RefreshTokenValidity": 3651},
    {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
    {"RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}, "AccessTokenValidity": 2},
    {"RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}, "IdTokenValidity": 2},
]


@pytest.mark.parametrize("request_", BAD_LIVES)
def test_lives_of_tokens_outside_their_bounds_are_refused(request_):
    with pytest.raises(InvalidTokenValidity, match=r"^Invalid range for token validity\.$"):
        _config(**request_)


@pytest.mark.parametrize("request_", [{"RefreshTokenValidity": 0}, {}])
def test_no_life_for_the_refresh_token_means_thirty_days_in_whatever_unit(request_):
    config = _config(TokenValidityUnits={"RefreshToken": "hours"}, **request_)

    assert config["RefreshTokenValidity"] == 30
    assert config["TokenValidityUnits"] == {"RefreshToken": "days"}


def _pool_with_plan():
    return _pool(
        Schema=[
            {"Name": "email", "Required": True},
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "secret", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        ]
    )


def test_attributes_of_the_schema_can_be_listed_for_reading_and_writing():
    lists = {
        "ReadAttributes": ["sub", "email_verified", "custom:plan"],
        "WriteAttributes": ["email", "custom:plan"],
    }

    assert lists.items() <= _config(_pool_with_plan(), **lists).items()


@pytest.mark.parametrize(
    "names",
    [
        ["email", "unknown"],
        ["email", "plan"],
        ["email", "sub"],
        ["email", "email_verified"],
        ["email", "phone_number_verified"],
        ["email", "dev:custom:secret"],
        ["custom:plan"],  # without the required e-mail address
    ],
)
def test_write_attributes_that_a_client_cannot_have_are_refused(names):
    with pytest.raises(
        InvalidWriteAttributes, match="Invalid write attributes specified while creating a client"
    ):
        _config(_pool_with_plan(), WriteAttributes=names)


@pytest.mark.parametrize("names", [["unknown"], ["plan"], ["dev:custom:secret"]])
def test_read_attributes_that_a_client_cannot_have_are_refused(names):
    with pytest.raises(InvalidParameter, match="Invalid read attributes specified while creating a client"):
        _config(_pool_with_plan(), ReadAttributes=names)


@pytest.mark.parametrize("flows", [[], [SRP, REFRESH], ["ADMIN_NO_SRP_AUTH"]])
def test_a_pool_that_keeps_argon2id_refuses_clients_that_allow_srp_and_says_what_to_do(flows):
    pool = _pool({PASSWORD_STORAGE_TAG: "argon2id"})

    with pytest.raises(InvalidParameter, match=r"name the flows .* without ALLOW_USER_SRP_AUTH"):
        _config(pool, ExplicitAuthFlows=flows)
    assert _config(pool, ExplicitAuthFlows=[PASSWORD, REFRESH])["ExplicitAuthFlows"] == [PASSWORD, REFRESH]
