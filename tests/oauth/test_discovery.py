"""What verifiers read first: member by member, and in the order of Cognito (behaviour file, 4.4)."""

import json

from tests.world import World

from poolhouse.oauth import discovery
from poolhouse.store import snapshots

ISSUER = "https://id.example.com/us-east-1_Ab3dEf6hI"


def test_without_a_domain_the_twelve_members_are_based_on_the_issuer() -> None:
    document = discovery.openid_configuration(ISSUER)

    assert list(document) == sorted(document)
    assert document == {
        "authorization_endpoint": f"{ISSUER}/authorize",
        "end_session_endpoint": f"{ISSUER}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{ISSUER}/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{ISSUER}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{ISSUER}/userInfo",
    }


async def test_the_jwks_has_two_keys_of_2048_bits_and_nothing_private(world: World) -> None:
    pool = await world.pool()

    keys = discovery.jwks(await snapshots.of_pool(world.env, pool))["keys"]

    assert [list(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]] * 2
    assert {(key["alg"], key["e"], key["kty"], key["use"]) for key in keys} == {
        ("RS256", "AQAB", "RSA", "sig")
    }
    assert [len(key["kid"]) for key in keys] == [43, 43]
    assert [len(key["n"]) for key in keys] == [342, 342]
    assert len({json.dumps(key) for key in keys}) == 2
