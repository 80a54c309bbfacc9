"""Resource servers: their scopes, and which names are not to be had."""

import pytest

from poolhouse.directory import resource_servers as rules
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.errors import ReservedResourceServer, ScopeTwice

PHOTOS = ResourceServer("https://photos.example.com", "Photos", {"read": "See them", "write": "Change them"})


def _request(**request):
    return {"Identifier": "photos", "Name": "Photos"} | request


def test_scopes_keep_their_order_and_descriptions():
    scopes = [{"ScopeName": "b", "ScopeDescription": "B"}, {"ScopeName": "a", "ScopeDescription": "A"}]

    server = rules.of_request(_request(Scopes=scopes))

    assert rules.described(server) == _request(Scopes=scopes)


def test_a_server_may_have_no_scopes():
    assert rules.described(rules.of_request(_request()))["Scopes"] == []


def test_a_scope_cannot_be_named_twice():
    scope = {"ScopeName": "a", "ScopeDescription": "A"}

    with pytest.raises(ScopeTwice, match="The scope a is named twice"):
        rules.of_request(_request(Scopes=[scope, scope]))


@pytest.mark.parametrize("identifier", ["aws.cognito", "aws.cognito/dcr", "aws.cognito.signin.user.admin"])
def test_names_of_the_service_cannot_be_taken(identifier):
    with pytest.raises(ReservedResourceServer):
        rules.of_request(_request(Identifier=identifier))


@pytest.mark.parametrize("identifier", ["aws", "cognito", "AWS.cognito", "https://aws.cognito.example"])
def test_other_names_can(identifier):
    assert rules.of_request(_request(Identifier=identifier)).identifier == identifier


def test_a_custom_scope_is_the_identifier_and_its_name():
    assert rules.known_scopes([PHOTOS]) - rules.known_scopes([]) == {
        "https://photos.example.com/read",
        "https://photos.example.com/write",
    }


def test_a_scope_that_is_gone_is_passed_over_and_the_order_stays():
    named = ("https://photos.example.com/write", "https://photos.example.com/print", "openid", "gone/read")

    assert rules.living(named, [PHOTOS]) == ("https://photos.example.com/write", "openid")


def test_the_server_of_registration_is_there_while_clients_may_register():
    [found] = rules.managed({"DcrConfiguration": {"EnableStatus": "Enabled"}})

    assert (found["Identifier"], found["ManagedBy"]) == ("aws.cognito/dcr", "COGNITO")
    assert [scope["ScopeName"] for scope in found["Scopes"]] == ["register"]
    assert rules.managed({"DcrConfiguration": {"EnableStatus": "Disabled"}}) == []
    assert rules.managed({}) == []
