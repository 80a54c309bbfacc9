"""Password hashes of other systems: published vectors, bounds on what they cost, and what is none of them."""

import base64
import hashlib

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.crypto import imported_hashes, passwords
from poolhouse.crypto.imported_hashes import NotAHash, algorithm_of, decoy, parse, verify

SALT = base64.b64encode(b"salt-of-16-bytes").decode().rstrip("=")
DIGEST = base64.b64encode(bytes(range(32))).decode().rstrip("=")

# Of OpenBSD's and Openwall's crypt_blowfish, passlib's documentation and argon2's reference tests.
PUBLISHED = {
    "BCRYPT": (b"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "SCRYPT": (
        b"password",
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    ),
    "ARGON2ID": (
        b"password",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    "PBKDF2_SHA256": (
        b"password",
        "$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44",
    ),
}


@pytest.mark.parametrize("algorithm", PUBLISHED)
def test_a_published_hash_fits_its_password_and_no_other(algorithm: str) -> None:
    password, encoded = PUBLISHED[algorithm]

    assert algorithm_of(encoded) == algorithm
    assert verify(encoded, password)
    assert not verify(encoded, password + b"1")
    assert not verify(encoded, b"")


def test_django_writes_the_salt_as_text() -> None:
    made = hashlib.pbkdf2_hmac("sha256", b"password", b"seasalt", 10_000)
    encoded = f"pbkdf2_sha256$10000$seasalt${base64.b64encode(made).decode()}"

    assert parse("PBKDF2_SHA256", encoded).matches(b"password")
    assert not parse("PBKDF2_SHA256", encoded).matches(b"Password")


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
def test_every_prefix_of_bcrypt_is_read(prefix: str) -> None:
    made = bcrypt.hashpw(b"password", bcrypt.gensalt(4)).decode()

    assert verify(prefix + made[4:], b"password")
    assert not verify(prefix + made[4:], b"passwort")


def test_bcrypt_reads_72_bytes_of_a_password() -> None:
    """The rule of bcrypt itself: whoever typed more had no more of it compared where they came from."""
    encoded = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    assert verify(encoded, b"x" * 72 + b"anything")
    assert not verify(encoded, b"x" * 71 + b"y")


def test_bcrypt_counts_bytes_and_not_characters() -> None:
    encoded = bcrypt.hashpw("é".encode() * 36, bcrypt.gensalt(4)).decode()

    assert verify(encoded, "é".encode() * 36 + b"!")
    assert not verify(encoded, "é".encode() * 35 + b"ab")


BOUNDS = [
    ("BCRYPT", "$2b$13$" + "." * 53, "$2b$14$" + "." * 53),
    ("BCRYPT", "$2b$04$" + "." * 53, "$2b$03$" + "." * 53),
    ("BCRYPT", "$2b$10$" + "." * 53, "$2x$10$" + "." * 53),
    ("BCRYPT", "$2b$10$" + "." * 53, "$2b$10$" + "." * 52),
    ("BCRYPT", "$2b$10$" + "." * 53, "$2b$10$" + "." * 21 + "z" + "." * 31),
    ("SCRYPT", f"$scrypt$ln=17,r=8,p=1${SALT}${DIGEST}", f"$scrypt$ln=18,r=8,p=1${SALT}${DIGEST}"),
    ("SCRYPT", f"$scrypt$ln=17,r=8,p=1${SALT}${DIGEST}", f"$scrypt$ln=17,r=8,p=2${SALT}${DIGEST}"),
    ("SCRYPT", f"$scrypt$ln=14,r=8,p=1${SALT}${DIGEST}", f"$scrypt$ln=14,r=99,p=1${SALT}${DIGEST}"),
    ("SCRYPT", f"$scrypt$ln=1,r=8,p=1${SALT}${DIGEST}", f"$scrypt$ln=0,r=8,p=1${SALT}${DIGEST}"),
    ("SCRYPT", f"$scrypt$ln=14,r=8,p=8${SALT}${DIGEST}", f"$scrypt$ln=14,r=8,p=0${SALT}${DIGEST}"),
    (
        "ARGON2ID",
        f"$argon2id$v=19$m=131072,t=3,p=4${SALT}${DIGEST}",
        f"$argon2id$v=19$m=131073,t=1,p=4${SALT}${DIGEST}",
    ),
    (
        "ARGON2ID",
        f"$argon2id$v=19$m=65536,t=6,p=4${SALT}${DIGEST}",
        f"$argon2id$v=19$m=65536,t=7,p=4${SALT}${DIGEST}",
    ),
    (
        "ARGON2ID",
        f"$argon2id$v=19$m=8192,t=1,p=16${SALT}${DIGEST}",
        f"$argon2id$v=19$m=8192,t=1,p=17${SALT}${DIGEST}",
    ),
    (
        "ARGON2ID",
        f"$argon2id$v=19$m=8192,t=1,p=1${SALT}${DIGEST}",
        f"$argon2i$v=19$m=8192,t=1,p=1${SALT}${DIGEST}",
    ),
    (
        "ARGON2ID",
        f"$argon2id$v=19$m=8192,t=1,p=1${SALT}${DIGEST}",
        f"$argon2id$v=19$m=8192,t=1,p=1$c2FsdA${DIGEST}",
    ),
    ("PBKDF2_SHA256", f"$pbkdf2-sha256$1500000${SALT}${DIGEST}", f"$pbkdf2-sha256$1500001${SALT}${DIGEST}"),
    ("PBKDF2_SHA256", f"$pbkdf2-sha256$1000${SALT}${DIGEST}", f"$pbkdf2-sha256$999${SALT}${DIGEST}"),
    (
        "PBKDF2_SHA256",
        f"$pbkdf2-sha256$i=2000,l=32${SALT}${DIGEST}",
        f"$pbkdf2-sha256$i=2000,l=31${SALT}${DIGEST}",
    ),
    ("PBKDF2_SHA256", f"$pbkdf2-sha256$2000${SALT}${DIGEST}", f"$pbkdf2-sha512$2000${SALT}${DIGEST}"),
    ("PBKDF2_SHA256", f"$pbkdf2-sha256$2000${SALT}${DIGEST}", f"$pbkdf2-sha256$2000${SALT}$!!{DIGEST}"),
    ("PBKDF2_SHA256", f"$pbkdf2-sha256$2000${SALT}${DIGEST}", f"$pbkdf2-sha256$2000${SALT}$AAAA"),
]


@pytest.mark.parametrize(("algorithm", "good", "bad"), BOUNDS)
def test_a_hash_beyond_a_bound_is_none_and_one_within_is(algorithm: str, good: str, bad: str) -> None:
    with pytest.raises(NotAHash):
        parse(algorithm, bad)

    assert parse(algorithm, good)


@pytest.mark.parametrize("algorithm", PUBLISHED)
def test_a_hash_of_another_algorithm_is_none_of_this_one(algorithm: str) -> None:
    for other, (_, encoded) in PUBLISHED.items():
        if other == algorithm:
            assert parse(algorithm, encoded)
        else:
            with pytest.raises(NotAHash):
                parse(algorithm, encoded)


@given(st.sampled_from(sorted(PUBLISHED)), st.text(max_size=600))
def test_no_text_at_random_is_a_hash(algorithm: str, text: str) -> None:
    with pytest.raises(NotAHash):
        parse(algorithm, text)


@given(st.sampled_from(sorted(PUBLISHED)), st.data())
def test_a_hash_with_one_other_character_is_another_hash_or_none(algorithm: str, data: st.DataObject) -> None:
    _, encoded = PUBLISHED[algorithm]
    place = data.draw(st.integers(0, len(encoded) - 1))
    changed = (
        encoded[:place] + data.draw(st.characters(exclude_characters=encoded[place])) + encoded[place + 1 :]
    )

    assert read(algorithm, changed) in ("another", "none")


def read(algorithm: str, encoded: str) -> str:
    try:
        found = parse(algorithm, encoded)
    except NotAHash:
        return "none"
    return "another" if found.costs.startswith(("$", "pbkdf2")) else "unknown"


@pytest.mark.parametrize("algorithm", PUBLISHED)
def test_a_decoy_costs_the_same_and_has_nothing_of_the_hash(algorithm: str) -> None:
    password, encoded = PUBLISHED[algorithm]

    made = decoy(encoded)

    assert algorithm_of(made) == algorithm
    assert parse(algorithm, made).costs == parse(algorithm, encoded).costs
    assert encoded.rsplit("$", 1)[1][-20:] not in made
    assert not verify(made, password)
    assert decoy(made) == made


def test_a_credential_of_a_hash_fits_the_password_and_gives_srp_what_a_decoy_gives() -> None:
    password, encoded = PUBLISHED["BCRYPT"]
    seed = bytes(range(16))

    made = passwords.unpack(passwords.pack(passwords.imported_credential(encoded, seed)))
    nobody = passwords.decoy_credential("srp", seed)

    assert made.kind == "imported"
    assert (made.salt, made.v) == (nobody.salt, nobody.v)
    assert passwords.matches(made, "pool", "user", password.decode())
    assert not passwords.matches(made, "pool", "user", "U*V")
    assert encoded not in repr(made)


def test_the_bounds_leave_in_what_the_makers_recommend() -> None:
    """OWASP's password storage cheat sheet, 2025, and the defaults of Django 5.2 and argon2-cffi."""
    for algorithm, encoded in (
        ("BCRYPT", "$2b$12$" + "." * 53),
        ("SCRYPT", f"$scrypt$ln=17,r=8,p=1${SALT}${DIGEST}"),
        ("ARGON2ID", f"$argon2id$v=19$m=47104,t=1,p=1${SALT}${DIGEST}"),
        ("ARGON2ID", f"$argon2id$v=19$m=65536,t=3,p=4${SALT}${DIGEST}"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$600000${SALT}${DIGEST}"),
        ("PBKDF2_SHA256", f"pbkdf2_sha256$1000000$seasalt${DIGEST}="),
    ):
        assert imported_hashes.parse(algorithm, encoded).costs
