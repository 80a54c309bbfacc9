"""Refused: domains that cannot be, that are somebody else's, or that nothing here could serve."""

from collections.abc import Callable
from typing import Any

from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"
CERTIFICATE = {"CertificateArn": ARN}
NOBODY = "9d1f3a5b-0000-4000-8000-000000000000"
INVALID = "InvalidParameterException: "
CHARACTERS = (
    INVALID
    + "The domain name contains an invalid character. Domain names can only contain lower-case letters, "
    "numbers, and hyphens. Please enter a different name that follows this format: "
    r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
)
TAKEN = INVALID + "Domain already associated with another user pool."
ALREADY = INVALID + "User pool already has a domain configured."
NO_DOMAIN = INVALID + "No such domain or user pool exists."
NO_NAME = (
    INVALID
    + "Custom domain is not a valid subdomain: "
    + "it must be a host name such as auth.example.com, in lower case."
)
NO_CERTIFICATE = (
    INVALID + "Invalid certificate ARN: the certificate must be one of AWS Certificate Manager in us-east-1."
)
NOT_CUSTOM = INVALID + "CustomDomainConfig is for custom domains only."
NO_VERSION = INVALID + "ManagedLoginVersion must be 1 or 2."
HAS_DOMAIN = INVALID + "User pool cannot be deleted. It has a domain configured that should be deleted first."
NO_SUFFIX = (
    INVALID
    + "This server has no domain for prefixes, so a prefix would lead nowhere: set `auth_domain_suffix`."
)


async def domain(s: Scene, name: str = "acme", **members: Any) -> Any:
    return await s.admin("CreateUserPoolDomain", Domain=name, **members)


async def custom(s: Scene, name: str = "login.acme.example", **config: Any) -> Any:
    return await domain(s, name, CustomDomainConfig=CERTIFICATE | config)


async def with_domain(s: Scene) -> None:
    await domain(s)


async def with_custom(s: Scene) -> None:
    await custom(s)


async def taken(s: Scene) -> None:
    """By another pool."""
    other = await s.another_pool()
    await s.call("CreateUserPoolDomain", UserPoolId=other, Domain="acme")
    await s.call(
        "CreateUserPoolDomain", UserPoolId=other, Domain="login.acme.example", CustomDomainConfig=CERTIFICATE
    )


async def served_below_example(s: Scene) -> None:
    await s.with_settings(public_url="https://id.example.com", auth_domain_suffix="example.com")


async def without_suffix(s: Scene) -> None:
    await s.with_settings(auth_domain_suffix="")


async def twin_with_suffix(s: Scene) -> Any:
    await s.with_settings(auth_domain_suffix="auth.example.com")
    return await domain(s)


async def update(s: Scene, name: str = "acme", **members: Any) -> Any:
    return await s.admin("UpdateUserPoolDomain", Domain=name, **members)


async def delete_both(s: Scene) -> Any:
    await s.admin("DeleteUserPoolDomain", Domain="acme")
    return await s.admin("DeleteUserPool")


PREFIXES = {
    "an upper-case letter": "Acme",
    "a dot": "acme.example",
    "an underscore": "ac_me",
    "a space": "ac me",
    "a hyphen at its end": "acme-",
    "a hyphen at its beginning": "-acme",
    "a letter of another script": "аcme",
    "a line feed at its end": "acme\n",
    "a slash": "acme/evil",
}
CUSTOM_NAMES = {
    "no dot": "acme",
    "an upper-case letter": "Login.acme.example",
    "a port": "login.acme.example:443",
    "a scheme": "https://acme.example",
    "a wildcard": "*.acme.example",
    "an address of a computer": "192.0.2.7",
    "two dots in a row": "login..acme.example",
    "a dot at its end": "login.acme.example.",
    "an at sign": "evil@acme.example",
}
DOMAINS = [
    *(
        Row(f"a prefix with {name}", CHARACTERS, lambda s, prefix=prefix: domain(s, prefix), domain)
        for name, prefix in PREFIXES.items()
    ),
    *(
        Row(
            f"a prefix with the word {word}",
            INVALID + f"Domain cannot contain reserved word: {word}",
            lambda s, word=word: domain(s, f"my{word}1"),
            lambda s, word=word: domain(s, f"my{word[:-1]}-{word[-1]}1"),
        )
        for word in ("aws", "amazon", "cognito")
    ),
    *(
        Row(f"a custom domain with {name}", NO_NAME, lambda s, given=given: custom(s, given), custom)
        for name, given in CUSTOM_NAMES.items()
    ),
    Row("a prefix that another pool has", TAKEN, domain, lambda s: domain(s, "acme2"), taken),
    Row("a custom domain that another pool has", TAKEN, custom, lambda s: custom(s, "a.acme.example"), taken),
    Row("a second prefix", ALREADY, lambda s: domain(s, "acme2"), custom, with_domain),
    Row("the same prefix again", ALREADY, domain, custom, with_domain),
    Row("a second custom domain", ALREADY, lambda s: custom(s, "b.acme.example"), domain, with_custom),
    Row(
        "a prefix that makes the server's own host",
        TAKEN,
        lambda s: domain(s, "id"),
        lambda s: domain(s, "ids"),
        served_below_example,
    ),
    Row(
        "a custom domain that is the server's own host",
        TAKEN,
        lambda s: custom(s, "id.example.com"),
        lambda s: custom(s, "id.example.org"),
        served_below_example,
    ),
    Row(
        "a custom domain that could be somebody's prefix",
        TAKEN,
        lambda s: custom(s, "acme.auth.localhost"),
        lambda s: custom(s, "acme.auth.localhosts"),
    ),
    Row("a prefix where the server has no suffix", NO_SUFFIX, domain, twin_with_suffix, without_suffix),
    Row(
        "a certificate of another Region",
        NO_CERTIFICATE,
        lambda s: custom(s, CertificateArn=ARN.replace("us-east-1", "eu-west-1")),
        custom,
    ),
    Row(
        "an ARN that is no certificate",
        NO_CERTIFICATE,
        lambda s: custom(s, CertificateArn="arn:aws:iam::123456789012:role/certificate"),
        custom,
    ),
    Row(
        "a TLS policy that nothing here enforces",
        INVALID + "Poolhouse does not support the SecurityPolicy TLS_V1_3_2025 yet, so it was not stored.",
        lambda s: custom(s, SecurityPolicy="TLS_V1_3_2025"),
        lambda s: custom(s, SecurityPolicy="TLS_V1_2_2021"),
    ),
    Row(
        "routing to a replica",
        INVALID + "Poolhouse does not support Routing yet, so it was not stored.",
        lambda s: domain(
            s,
            Routing={"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": NOBODY}},
        ),
        domain,
    ),
    Row(
        "a third look",
        NO_VERSION,
        lambda s: domain(s, ManagedLoginVersion=3),
        lambda s: domain(s, ManagedLoginVersion=2),
    ),
    Row(
        "a certificate for a prefix",
        NOT_CUSTOM,
        lambda s: update(s, CustomDomainConfig=CERTIFICATE),
        update,
        with_domain,
    ),
    Row(
        "an update of another pool's domain",
        NO_DOMAIN,
        update,
        lambda s: update(s, "acme2"),
        lambda s: s.steps(taken(s), domain(s, "acme2")),
    ),
    Row(
        "the deletion of another pool's domain",
        NO_DOMAIN,
        lambda s: s.admin("DeleteUserPoolDomain", Domain="acme"),
        lambda s: s.admin("DeleteUserPoolDomain", Domain="acme2"),
        lambda s: s.steps(taken(s), domain(s, "acme2")),
    ),
    Row(
        "the deletion of a pool with a domain",
        HAS_DOMAIN,
        lambda s: s.admin("DeleteUserPool"),
        delete_both,
        with_domain,
    ),
]


@table(DOMAINS)
async def test_domains(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)
