"""Both real SRP clients against our server functions.

pycognito runs in this process; amazon-cognito-identity-js was recorded once by vectors/make.mjs.
"""

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP, calculate_u, generate_hash_device

from poolhouse.crypto import srp

RECORDED = json.loads((Path(__file__).parent / "vectors" / "amazon-cognito-identity-js.json").read_text())
SIGN_INS = RECORDED["signIns"]
POOL_ID = "us-east-1_AbCdEf123"
POOL_NAME = "AbCdEf123"


def by_case(record: dict[str, Any]) -> str:
    return str(record["case"])


def pycognito_client(password: str, **device: str) -> AWSSRP:
    return AWSSRP("ada", password, POOL_ID, "client", client=object(), **device)


def challenge_for(user_id: str, salt: bytes, server_b: int) -> dict[str, str]:
    return {
        "USERNAME": user_id,
        "USER_ID_FOR_SRP": user_id,
        "SALT": salt.hex(),
        "SRP_B": f"{server_b:x}",
        "SECRET_BLOCK": base64.b64encode(b"block" * 20).decode(),
    }


def server_proof(
    response: dict[str, str], names: tuple[str, str], a_text: str, b: int, v: int, server_b: int
) -> str:
    """What the server compares PASSWORD_CLAIM_SIGNATURE with."""
    key = srp.session_key(srp.parse_public(a_text), server_b, b, v)
    block = base64.b64decode(response["PASSWORD_CLAIM_SECRET_BLOCK"])
    return base64.b64encode(srp.proof(key, *names, block, response["TIMESTAMP"])).decode()


def pycognito_round(typed: str, stored: str, salt: bytes, dice: random.Random, wanted: Any = None) -> bool:
    """One sign-in: whether the client's signature is the one that the server expects."""
    client = pycognito_client(typed)
    a_text = client.get_auth_params()["SRP_A"]
    v = srp.verifier(POOL_NAME, "ada", stored, salt)
    while True:
        b = dice.getrandbits(256)
        server_b = srp.server_public(b, v)
        if wanted is None or wanted(server_b, calculate_u(client.large_a_value, server_b)):
            break
    response = client.process_challenge(challenge_for("ada", salt, server_b), {"USERNAME": "ada"})
    srp.parse_timestamp(response["TIMESTAMP"])
    expected = server_proof(response, (POOL_NAME, "ada"), a_text, b, v, server_b)
    return expected == response["PASSWORD_CLAIM_SIGNATURE"]


def test_pycognito_signs_in_with_random_salts_and_passwords() -> None:
    dice = random.Random(1)

    for _ in range(25):
        password = "".join(dice.choices("aB3$ :é✓", k=dice.randint(6, 40)))
        assert pycognito_round(password, password, srp.usable_salt(dice.randbytes(16)), dice)


def test_pycognito_does_not_sign_in_with_another_password() -> None:
    dice = random.Random(2)

    for wrong in ("P2$sword", "P2$Sword ", "p2$Sword", "P2$Swor"):
        assert not pycognito_round(wrong, "P2$Sword", srp.usable_salt(dice.randbytes(16)), dice)


@pytest.mark.parametrize("first", [0x00, 0x01, 0x0F, 0x10, 0x7F, 0x80, 0xFF])
def test_pycognito_signs_in_whatever_the_first_byte_of_the_salt(first: int) -> None:
    salt = srp.usable_salt(bytes((first,)) + random.Random(first).randbytes(15))

    assert pycognito_round("P2$Sword", "P2$Sword", salt, random.Random(3))


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(lambda server_b, u: len(f"{server_b:x}") % 2 == 1, id="B of odd length"),
        pytest.param(lambda server_b, u: server_b >> 3071 == 1, id="B with the highest bit"),
        pytest.param(lambda server_b, u: len(f"{u:x}") == 63, id="u with a leading zero nibble"),
        pytest.param(lambda server_b, u: u >> 255 == 1, id="u with the highest bit"),
        pytest.param(lambda server_b, u: u >> 248 == 0, id="u with a leading zero byte"),
    ],
)
def test_pycognito_signs_in_at_the_edges_of_the_number_format(wanted: Any) -> None:
    salt = b"\x5a" * 16

    assert pycognito_round("P2$Sword", "P2$Sword", salt, random.Random(4), wanted)


def test_pycognito_signs_in_as_a_device() -> None:
    dice, group_key, device_key = random.Random(5), "-abcd1234", "us-east-1_6ad9a3f5"
    password, config = generate_hash_device(group_key, device_key)
    salt = base64.b64decode(config["Salt"])
    v = int.from_bytes(base64.b64decode(config["PasswordVerifier"]), "big")
    client = pycognito_client(
        "unused", device_key=device_key, device_group_key=group_key, device_password=password
    )
    b = dice.getrandbits(256)
    server_b = srp.server_public(b, v)

    response = client.process_device_challenge(challenge_for("ada", salt, server_b))

    a_text = client.get_auth_params()["SRP_A"]
    expected = server_proof(response, (group_key, device_key), a_text, b, v, server_b)
    assert response["PASSWORD_CLAIM_SIGNATURE"] == expected
    wrong = server_proof(response, (group_key, "another device"), a_text, b, v, server_b)
    assert response["PASSWORD_CLAIM_SIGNATURE"] != wrong


@pytest.mark.parametrize("recorded", SIGN_INS, ids=by_case)
def test_the_verifier_and_b_are_those_of_the_recorded_sign_in(recorded: dict[str, str]) -> None:
    v = srp.verifier(
        recorded["poolName"], recorded["userId"], recorded["password"], bytes.fromhex(recorded["salt"])
    )

    assert f"{v:x}" == recorded["v"]
    assert f"{srp.server_public(int(recorded['b'], 16), v):x}" == recorded["B"]


@pytest.mark.parametrize("recorded", SIGN_INS, ids=by_case)
def test_the_proof_is_the_signature_of_the_recorded_client(recorded: dict[str, str]) -> None:
    b, v, server_b = (int(recorded[name], 16) for name in ("b", "v", "B"))
    key = srp.session_key(srp.parse_public(recorded["A"]), server_b, b, v)
    block = base64.b64decode(recorded["secretBlock"])

    proof = srp.proof(key, recorded["poolName"], recorded["userId"], block, recorded["timestamp"])

    assert base64.b64encode(proof).decode() == recorded["signature"]
    srp.parse_timestamp(recorded["timestamp"])


@pytest.mark.parametrize("recorded", SIGN_INS, ids=by_case)
def test_another_verifier_does_not_give_the_recorded_signature(recorded: dict[str, str]) -> None:
    b, v, server_b = (int(recorded[name], 16) for name in ("b", "v", "B"))
    block = base64.b64decode(recorded["secretBlock"])

    key = srp.session_key(srp.parse_public(recorded["A"]), server_b, b, v + 1)
    proof = srp.proof(key, recorded["poolName"], recorded["userId"], block, recorded["timestamp"])

    assert base64.b64encode(proof).decode() != recorded["signature"]


def test_the_recording_covers_the_edges_of_the_number_format() -> None:
    cases = {record["case"]: record for record in SIGN_INS}

    assert len(cases["B has an odd number of digits"]["B"]) % 2 == 1
    assert int(cases["B has its highest bit set"]["B"], 16) >> 3071 == 1
    assert len(cases["A has an odd number of digits"]["A"]) % 2 == 1
    assert int(cases["A has its highest bit set"]["A"], 16) >> 3071 == 1
    assert cases["the salt has a leading zero nibble"]["salt"].startswith("0")
    assert not cases["neither name nor password is ASCII"]["password"].isascii()


@pytest.mark.parametrize("device", RECORDED["devices"], ids=range(len(RECORDED["devices"])))
def test_the_verifier_of_a_device_is_the_one_its_client_sends(device: dict[str, str]) -> None:
    salt = bytes.fromhex(device["salt"]).lstrip(b"\0")  # padHex puts a zero byte before a high bit

    v = srp.verifier(device["groupKey"], device["deviceKey"], device["password"], salt)

    assert srp.pad_hex(v).hex() == device["v"].lower()
