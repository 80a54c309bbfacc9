"""GetDerivedToken with SAML assertions of the pool's identity providers (behaviour file, 1.2; RFC 8693)."""

import base64
from typing import Any

import pytest
from lxml import etree
from tests.contexts import context
from tests.idp.foreign import USED, Exchange, exchange, running, world
from tests.saml_provider import encrypted, key_number

from poolhouse.errors import ApiError
from poolhouse.federation.saml.xml import SAML, tag
from poolhouse.ports import MINUTE
from poolhouse.store import saml_keys

__all__ = ["exchange", "running", "world"]

NO_ASSERTION = "NotAuthorizedException: Invalid SAML assertion: "


@pytest.mark.parametrize("alphabet", ["base64url", "base64"])
async def test_an_assertion_signs_its_user_in(exchange: Exchange, alphabet: str) -> None:
    content = etree.tostring(exchange.element(subject="ada", attributes={"email": ["ada@corp.example"]}))
    encoder = base64.b64encode if alphabet == "base64" else base64.urlsafe_b64encode

    said = await exchange.derive(encoder(content).decode(), "SAML2", "house")

    assert said["username"] == "house_ada"
    assert said["granted"] == ["openid", "email", "aws.cognito.signin.user.admin"]
    found = await exchange.admin("AdminGetUser", Username="house_ada")
    assert {"Name": "email", "Value": "ada@corp.example"} in found["UserAttributes"]


async def test_it_may_be_for_the_domain_of_the_pool_too(exchange: Exchange) -> None:
    consumer = "https://corp.auth.example.com/saml2/idpresponse"
    assert "another destination" in await exchange.refused(
        exchange.assertion(recipient=consumer), "SAML2", "house"
    )

    await exchange.admin("CreateUserPoolDomain", Domain="harbour")
    suffix = exchange.world.env.settings.auth_domain_suffix
    scheme = exchange.world.env.settings.public_url.partition("://")[0]
    own = f"{scheme}://harbour.{suffix}/saml2/idpresponse"

    assert await exchange.derive(exchange.assertion(recipient=own), "SAML2", "house")


async def test_an_assertion_that_is_not_the_providers_for_us_and_of_now_is_refused(
    exchange: Exchange,
) -> None:
    now, other, ours = exchange.world.now, exchange.idp, f"urn:amazon:cognito:sp:{exchange.pool}"
    response = etree.tostring(exchange.idp.response(exchange.element()))
    wrong = {
        "SAML Assertion signature is invalid.": [
            exchange.assertion(sign=False),
            _encoded(other.signed(exchange.element(sign=False), key=key_number(2))),
            _encoded(_changed(exchange.element())),
        ],
        "Issuer of the SAML response is not the identity provider.": [
            exchange.assertion(issuer="https://evil.example")
        ],
        f"Audience restriction in SAML Assertion does not allow it for {ours}.": [
            exchange.assertion(audience="urn:amazon:cognito:sp:us-east-1_other"),
            exchange.assertion(audience=None),
        ],
        "SAML response is for another destination.": [
            exchange.assertion(recipient="https://evil.example/acs")
        ],
        "SAML response answers no request of this sign-in.": [exchange.assertion(in_response_to="_r1")],
        "SAML Assertion is not yet valid or has expired.": [
            exchange.assertion(ends=now - 4 * MINUTE),
            exchange.assertion(confirmed_until=now - 4 * MINUTE),
            exchange.assertion(begins=now + 4 * MINUTE),
        ],
        "Responses must contain exactly one Assertion.": [base64.urlsafe_b64encode(response).decode()],
        "The message could not be read.": ["nothing", "PD94bWw-"],
    }
    for error, documents in wrong.items():
        for document in documents:
            assert await exchange.refused(document, "SAML2", "house") == NO_ASSERTION + error

    assert await exchange.users() == []
    assert (await exchange.derive(exchange.assertion(subject="ada"), "SAML2", "house"))["username"] == (
        "house_ada"
    )


def _encoded(element: Any) -> str:
    return base64.urlsafe_b64encode(etree.tostring(element)).decode()


def _changed(element: Any) -> Any:
    """Somebody else than who was signed."""
    element.find(f"{tag(SAML, 'Subject')}/{tag(SAML, 'NameID')}").text = "mallory"
    return element


async def test_an_assertion_is_good_once(exchange: Exchange) -> None:
    document = exchange.assertion()
    await exchange.derive(document, "SAML2", "house")

    assert await exchange.refused(document, "SAML2", "house") == USED
    assert await exchange.derive(exchange.assertion(), "SAML2", "house")


async def test_only_a_provider_that_may_begin_is_taken_at_its_word(exchange: Exchange) -> None:
    details = {"MetadataFile": exchange.idp.metadata()}
    await exchange.admin("UpdateIdentityProvider", ProviderName="house", ProviderDetails=details)
    document = exchange.assertion()

    assert await exchange.refused(document, "SAML2", "house") == (
        NO_ASSERTION + "The identity provider may not send what was not asked for."
    )

    details["IDPInit"] = "true"
    await exchange.admin("UpdateIdentityProvider", ProviderName="house", ProviderDetails=details)
    assert await exchange.derive(document, "SAML2", "house")


async def test_an_assertion_in_the_clear_is_refused_where_they_must_be_encrypted(exchange: Exchange) -> None:
    details = {"MetadataFile": exchange.idp.metadata(), "IDPInit": "true", "EncryptedResponses": "true"}
    await exchange.admin("UpdateIdentityProvider", ProviderName="house", ProviderDetails=details)
    key = await saml_keys.of_pool(await context(exchange.world.env, exchange.pool), saml_keys.ENCRYPTION)

    assert "exactly one Encrypted Assertion" in await exchange.refused(exchange.assertion(), "SAML2", "house")
    unsigned_inside = encrypted(exchange.element(sign=False), key.certificate)
    assert "signature is invalid" in await exchange.refused(_encoded(unsigned_inside), "SAML2", "house")

    hidden = encrypted(exchange.element(subject="ada"), key.certificate)
    assert (await exchange.derive(_encoded(hidden), "SAML2", "house"))["username"] == "house_ada"


async def test_an_assertion_comes_with_the_name_of_its_provider(exchange: Exchange) -> None:
    given = {"ClientId": exchange.service["ClientId"], "SubjectTokenType": "SAML2"}

    with pytest.raises(ApiError, match="SubjectTokenProviderName must name the identity provider"):
        await exchange.world.call("GetDerivedToken", **given, SubjectToken=exchange.assertion())

    assert await exchange.derive(exchange.assertion(), "SAML2", "house")
