import json

from poolhouse.directory.identities import with_identities
from poolhouse.directory.users import User, UserStatus

ADA = User("us-east-1_Aa", "s", "ada", UserStatus.CONFIRMED, True, {"name": "Ada"}, 1, 0, 0, 0)


def link(provider, subject, at):
    return {
        "provider": provider,
        "subject": subject,
        "created_at": at,
        "provider_type": None,
        "issuer": None,
        "is_primary": None,
    }


def test_links_show_as_a_list_of_objects_of_strings():
    found = with_identities(ADA, [link("Google", "109", 1_700_000_000_000_123), link("corp", "é", 0)])

    assert json.loads(found.attributes["identities"]) == [
        {
            "userId": "109",
            "providerName": "Google",
            "providerType": "Google",
            "issuer": None,
            "primary": "false",
            "dateCreated": "1700000000000",
        },
        {
            "userId": "é",
            "providerName": "corp",
            "providerType": "OIDC",
            "issuer": None,
            "primary": "false",
            "dateCreated": "0",
        },
    ]
    assert found.attributes["name"] == "Ada"


def test_an_identity_that_has_signed_in_shows_its_type_its_issuer_and_whether_it_made_the_user():
    signed_in = link("corp", "a@corp", 0) | {"provider_type": "SAML", "issuer": "urn:corp", "is_primary": 1}

    found = with_identities(ADA, [signed_in])

    [entry] = json.loads(found.attributes["identities"])
    assert (entry["providerType"], entry["issuer"], entry["primary"]) == ("SAML", "urn:corp", "true")


def test_without_links_there_is_no_such_attribute():
    linked = with_identities(ADA, [link("Google", "109", 1)])

    assert with_identities(linked, []).attributes == {"name": "Ada"}
