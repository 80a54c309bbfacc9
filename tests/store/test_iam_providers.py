"""Identity providers that the account trusts: kept on both stores, found by ARN and by issuer."""

from pathlib import Path

import pytest
from tests.environment import environment

from poolhouse.context import Env
from poolhouse.directory import iam_providers as rules
from poolhouse.directory.iam_providers import IamProvider
from poolhouse.ports import SECOND, Db
from poolhouse.store import iam_providers

ISSUER = "https://idp.example.com/realm"
ARN = "arn:aws:iam::000000000000:oidc-provider/idp.example.com/realm"


async def registered(env: Env, provider: IamProvider) -> None:
    await env.db.run(lambda tx: iam_providers.put(tx, provider, env.clock.now()))
    env.clock.advance(SECOND)  # type: ignore[attr-defined]


async def test_a_provider_is_found_by_its_arn_and_by_its_issuer(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)

    await registered(env, rules.oidc(ISSUER, ("web", "phone", "web")))

    found = await iam_providers.living(env, ARN)
    assert found == IamProvider("oidc-provider/idp.example.com/realm", "oidc", ISSUER, ("web", "phone"))
    assert await iam_providers.of_issuer(env, ISSUER) == found
    assert found.arn("000000000000") == ARN
    assert found.prefix == "idp.example.com/realm"


@pytest.mark.parametrize(
    "issuer", ["http://idp.example.com/realm", f"{ISSUER}/", f"{ISSUER}x", "https://" + "x" * 5_000]
)
async def test_an_issuer_is_known_to_the_letter(db: Db, tmp_path: Path, issuer: str) -> None:
    env = environment(db, tmp_path)
    await registered(env, rules.oidc(ISSUER, ("web",)))

    assert await iam_providers.of_issuer(env, issuer) is None
    assert await iam_providers.of_issuer(env, ISSUER)


async def test_registering_again_changes_the_clients_within_a_second(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)
    await registered(env, rules.oidc(ISSUER, ("web",)))
    await iam_providers.living(env, ARN)

    await registered(env, rules.oidc(ISSUER, ("phone",)))

    found = await iam_providers.living(env, ARN)
    assert found is not None
    assert found.client_ids == ("phone",)


async def test_a_provider_that_was_deleted_is_gone_within_a_second(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)
    provider = rules.saml("okta", "<metadata/>")
    await registered(env, provider)
    arn = "arn:aws:iam::000000000000:saml-provider/okta"
    assert await iam_providers.living(env, arn) == provider

    assert await env.db.run(lambda tx: iam_providers.delete(tx, provider.name))
    assert not await env.db.run(lambda tx: iam_providers.delete(tx, provider.name))
    env.clock.advance(SECOND)  # type: ignore[attr-defined]

    assert await iam_providers.living(env, arn) is None


@pytest.mark.parametrize(
    ("issuer", "client_ids"),
    [
        ("idp.example.com", ("web",)),
        ("ftp://idp.example.com", ("web",)),
        ("https://", ("web",)),
        ("https://user@idp.example.com", ("web",)),
        ("https://idp.example.com?tenant=1", ("web",)),
        ("https://idp.example.com#here", ("web",)),
        ("https://idp.example.com", ()),
        ("https://idp.example.com", ("with blank",)),
        ("https://idp.example.com", tuple(map(str, range(101)))),
    ],
)
def test_what_is_no_oidc_provider_is_refused_with_a_sentence(
    issuer: str, client_ids: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"must .*\.$"):
        rules.oidc(issuer, client_ids)
    assert rules.oidc("https://idp.example.com", ("web",))


def test_a_saml_provider_has_a_plain_name() -> None:
    with pytest.raises(ValueError, match="must be of 1 to 128"):
        rules.saml("with/slash", "<metadata/>")
    assert rules.saml("with-dash", "<metadata/>").name == "saml-provider/with-dash"
