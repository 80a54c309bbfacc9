"""DcrConfiguration: its defaults, its tiers, and what a client may register as."""

from poolhouse.directory import registration
from poolhouse.directory.pool_config import new_config, replaced_config
from poolhouse.directory.resource_servers import ResourceServer

NOTES = ResourceServer("notes", "Notes", {"read": "Read notes"})


def _pool(**setting):
    return new_config({"DcrConfiguration": setting})


def test_a_setting_without_a_status_turns_registration_on_but_not_for_everybody():
    config = _pool()

    assert config["DcrConfiguration"] == {"EnableStatus": "Enabled", "OpenDcrEnabled": False}
    assert registration.enabled(config)
    assert not registration.is_open(config)


def test_a_pool_without_the_setting_registers_nobody():
    assert not registration.enabled(new_config({}))
    assert not registration.is_open(new_config({}))
    assert not registration.enabled(_pool(EnableStatus="Disabled", OpenDcrEnabled=True))
    assert not registration.is_open(_pool(EnableStatus="Disabled", OpenDcrEnabled=True))
    assert registration.is_open(_pool(OpenDcrEnabled=True))


def test_the_flows_that_the_model_names_are_the_usual_ones():
    config = _pool()

    assert registration.permission(config, [NOTES], authenticated=True).flows == {
        "code",
        "client_credentials",
    }
    assert registration.permission(config, [NOTES], authenticated=False).flows == {"code"}


def test_an_empty_list_lets_nobody_register_and_implicit_is_passed_over():
    config = _pool(AuthenticatedGrantTypes=[], OpenDcrGrantTypes=["implicit", "code"])

    assert registration.permission(config, [NOTES], authenticated=True).flows == frozenset()
    assert registration.permission(config, [NOTES], authenticated=False).flows == {"code"}


def test_the_scope_that_registers_others_is_never_given():
    config = _pool(AllowedScopes=["openid", "aws.cognito/dcr/register", "notes/read", "notes/gone"])

    assert registration.permission(config, [NOTES], authenticated=True).scopes == ("notes/read",)


def test_an_update_without_the_setting_keeps_it_and_one_with_it_replaces_it():
    old = _pool(OpenDcrEnabled=True, AllowedScopes=["api/read"])

    assert replaced_config(old, {})["DcrConfiguration"] == old["DcrConfiguration"]
    assert replaced_config(old, {"DcrConfiguration": {"EnableStatus": "Disabled"}})["DcrConfiguration"] == {
        "EnableStatus": "Disabled",
        "OpenDcrEnabled": False,
    }
