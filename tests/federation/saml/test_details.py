"""ProviderDetails of a SAML provider: what may be given, and what is found in the metadata (6.8)."""

import base64

import pytest
from cryptography import x509
from tests.idp.refused import refusal
from tests.saml_provider import POST, REDIRECT, Provider, certificate_of, key_number
from tests.web_server import WebServer
from tests.world import close_world, open_world

from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch
from poolhouse.ports import DAY

PATH = "/metadata.xml"


@pytest.fixture
async def dev(tmp_path):
    """A world that may ask loopback servers."""
    fetch = GuardedFetch(LOOPBACK)
    world = await open_world(tmp_path, profile="dev", fetch=fetch)
    yield world
    await fetch.close()
    await close_world(world)


@pytest.fixture
async def served(tmp_path):
    """A world that asks public servers only."""
    fetch = GuardedFetch([])
    world = await open_world(tmp_path, profile="serve", fetch=fetch)
    yield world
    await fetch.close()
    await close_world(world)


def provider(world):
    return Provider(now=world.now)


def request(pool_id, details, name="Corp"):
    return {
        "UserPoolId": pool_id,
        "ProviderName": name,
        "ProviderType": "SAML",
        "ProviderDetails": details,
        "AttributeMapping": {"email": "email"},
    }


async def created(world, details, pool_id=None):
    pool_id = pool_id or await world.pool()
    made = await world.call("CreateIdentityProvider", **request(pool_id, details))
    return made["IdentityProvider"]


async def create_refused(world, details):
    return await refusal(world, "CreateIdentityProvider", **request(await world.pool(), details))


async def test_a_metadata_file_gives_the_addresses_that_browsers_are_sent_to(dev):
    file = provider(dev).metadata()

    made = await created(dev, {"MetadataFile": file, "IDPSignout": "true"})

    assert made["ProviderDetails"] == {
        "MetadataFile": file,
        "IDPSignout": "true",
        "SSORedirectBindingURI": "https://idp.example/sso",
        "SLORedirectBindingURI": "https://idp.example/slo",
    }
    assert made["AttributeMapping"] == {"email": "email"}


async def test_a_provider_that_takes_posts_only_and_has_no_logout_has_that_address_and_no_other(dev):
    file = provider(dev).metadata(sso=((POST, "https://idp.example/post"),), slo=())

    made = await created(dev, {"MetadataFile": file})

    assert made["ProviderDetails"] == {
        "MetadataFile": file,
        "SSORedirectBindingURI": "https://idp.example/post",
    }


async def test_metadata_is_fetched_from_its_address_when_it_is_configured(dev):
    with WebServer({PATH: (200, {}, provider(dev).metadata().encode())}) as server:
        made = await created(dev, {"MetadataURL": server.url(PATH)})

        assert server.paths() == [PATH]
        assert made["ProviderDetails"]["MetadataURL"] == server.url(PATH)
        assert made["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example/sso"


async def test_the_certificate_to_encrypt_to_is_shown_where_answers_must_be_encrypted_and_stays(dev):
    pool_id, file = await dev.pool(), provider(dev).metadata()

    made = await created(dev, {"MetadataFile": file, "EncryptedResponses": "true"}, pool_id)

    shown = made["ProviderDetails"]["ActiveEncryptionCertificate"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(shown, validate=True))
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == pool_id
    signing = await dev.call("GetSigningCertificate", UserPoolId=pool_id)
    assert signing["Certificate"] != shown
    changed = await dev.call(
        "UpdateIdentityProvider",
        UserPoolId=pool_id,
        ProviderName="Corp",
        ProviderDetails={"MetadataFile": file, "EncryptedResponses": "true"},
    )
    assert changed["IdentityProvider"]["ProviderDetails"]["ActiveEncryptionCertificate"] == shown


async def test_what_describe_shows_may_be_sent_back_and_is_found_anew(dev):
    pool_id, idp = await dev.pool(), provider(dev)
    made = await created(dev, {"MetadataFile": idp.metadata()}, pool_id)
    moved = idp.metadata(sso=((REDIRECT, "https://moved.example/sso"),))

    changed = await dev.call(
        "UpdateIdentityProvider",
        UserPoolId=pool_id,
        ProviderName="Corp",
        ProviderDetails={**made["ProviderDetails"], "MetadataFile": moved},
    )

    details = changed["IdentityProvider"]["ProviderDetails"]
    assert details["SSORedirectBindingURI"] == "https://moved.example/sso"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"IDPSignout": "yes"}, "ProviderDetails: IDPSignout must be true or false."),
        ({"IDPInit": "1"}, "ProviderDetails: IDPInit must be true or false."),
        ({"EncryptedResponses": "on"}, "ProviderDetails: EncryptedResponses must be true or false."),
        (
            {"RequestSigningAlgorithm": "rsa-sha1"},
            "ProviderDetails: RequestSigningAlgorithm must be rsa-sha256.",
        ),
        (
            {"client_id": "x"},
            "ProviderDetails cannot have client_id for an identity provider of the type SAML.",
        ),
        (
            {"MetadataURL": "https://idp.example/"},
            "ProviderDetails must have either MetadataURL or MetadataFile.",
        ),
        ({"MetadataFile": ""}, "ProviderDetails must have either MetadataURL or MetadataFile."),
        ({"MetadataFile": "<x/>"}, "Invalid SAML metadata: there must be exactly one IDPSSODescriptor."),
    ],
)
async def test_details_that_would_be_without_effect_are_refused(dev, wrong, why):
    right = {
        "MetadataFile": provider(dev).metadata(),
        "IDPSignout": "true",
        "IDPInit": "false",
        "EncryptedResponses": "False",
        "RequestSigningAlgorithm": "rsa-sha256",
    }

    assert await create_refused(dev, {**right, **wrong}) == f"InvalidParameterException: {why}"
    assert (await created(dev, right))["ProviderDetails"]["IDPInit"] == "false"


async def test_a_certificate_that_has_expired_is_refused(dev):
    old = certificate_of(key_number(1), begins=dev.now - 2 * DAY, days=1)

    answer = await create_refused(dev, {"MetadataFile": provider(dev).metadata(certificates=[old])})

    assert answer == "InvalidParameterException: Invalid SAML metadata: a signing certificate has expired."


@pytest.mark.parametrize(
    "answer", [(404, {}, b""), (302, {"location": "/elsewhere"}, b""), (200, {}, b"\xff"), (200, {}, b"<x/>")]
)
async def test_an_address_without_metadata_is_refused_and_nothing_is_stored(dev, answer):
    with WebServer({PATH: answer}) as server:
        pool_id, details = await dev.pool(), {"MetadataURL": server.url(PATH)}

        refused = await refusal(dev, "CreateIdentityProvider", **request(pool_id, details))

        assert refused.startswith("InvalidParameterException: ")
        listed = await dev.call("ListIdentityProviders", UserPoolId=pool_id)
        assert listed["Providers"] == []
        server.answers[PATH] = (200, {}, provider(dev).metadata().encode())
        await created(dev, details, pool_id)


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/metadata",
        "https://[::1]/metadata",
        "https://10.0.0.1/metadata",
        "https://localhost/metadata",
    ],
)
async def test_an_address_inside_our_own_network_is_never_asked(served, url):
    answer = await create_refused(served, {"MetadataURL": url})

    assert answer == f"InvalidParameterException: Error retrieving SAML metadata from {url}"


async def test_an_address_without_tls_is_refused_outside_of_development(served):
    answer = await create_refused(served, {"MetadataURL": "http://idp.example/metadata"})

    assert answer == (
        "InvalidParameterException: ProviderDetails: "
        "MetadataURL must be an address that begins with https://."
    )
