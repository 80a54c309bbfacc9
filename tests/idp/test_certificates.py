"""GetSigningCertificate: a real certificate, always the same, of a key that signs no tokens."""

import asyncio
import base64
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from tests.idp.refused import refusal

from poolhouse.store import key_rotation, signing_keys, snapshots


async def _body(world, pool_id):
    return (await world.call("GetSigningCertificate", UserPoolId=pool_id))["Certificate"]


async def test_the_certificate_names_the_pool_and_is_good_for_ten_years(world):
    pool_id = await world.pool()

    certificate = x509.load_der_x509_certificate(base64.b64decode(await _body(world, pool_id), validate=True))

    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == pool_id
    assert certificate.issuer == certificate.subject
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=3652)
    certificate.verify_directly_issued_by(certificate)


async def test_it_stays_the_same_also_when_many_ask_first_and_when_token_keys_are_rotated(world):
    pool_id = await world.pool()

    bodies = await asyncio.gather(*(_body(world, pool_id) for _ in range(5)))
    await key_rotation.rotate(world.env, pool_id)

    assert {*bodies, await _body(world, pool_id)} == {bodies[0]}
    assert await _body(world, await world.pool()) != bodies[0]


async def test_its_key_is_not_among_the_keys_that_sign_tokens(world):
    pool_id = await world.pool()
    certificate = x509.load_der_x509_certificate(base64.b64decode(await _body(world, pool_id)))
    public = certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    modulus = public.public_numbers().n
    snapshots.forget(world.env, pool_id)

    document = signing_keys.public_set((await snapshots.of_pool(world.env, pool_id)).keys)

    shown = {int.from_bytes(base64.urlsafe_b64decode(key["n"] + "=="), "big") for key in document["keys"]}
    assert len(shown) == 2
    assert modulus not in shown


async def test_an_unknown_pool_has_no_certificate(world):
    answer = await refusal(world, "GetSigningCertificate", UserPoolId="us-east-1_Unknown00")

    assert answer == "ResourceNotFoundException: User pool us-east-1_Unknown00 does not exist."
