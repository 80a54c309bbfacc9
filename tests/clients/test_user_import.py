"""User import with boto3 and an HTTP client, end to end, on each store: file, job, sign-in."""

import base64
import hashlib
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import bcrypt
import pytest
from argon2 import PasswordHasher
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP
from tests.clients.apps import INCORRECT, PASSWORD, WRONG_PASSWORD, App, new_app
from tests.imports.importing import counts, created, file_of, imported, person, put
from tests.server import Server


@pytest.fixture
def server(server_on_each_store: Server) -> Server:
    return server_on_each_store


@pytest.fixture
def idp(server: Server) -> Any:
    return server.boto3("cognito-idp")


def phc(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def scrypt_hash(password: str) -> str:
    made = hashlib.scrypt(password.encode(), salt=b"salt-of-16-bytes", n=1 << 14, r=8, p=1, dklen=32)
    return f"$scrypt$ln=14,r=8,p=1${phc(b'salt-of-16-bytes')}${phc(made)}"


def pbkdf2_hash(password: str) -> str:
    made = hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt-of-16-bytes", 20_000)
    return f"$pbkdf2-sha256$i=20000,l=32${phc(b'salt-of-16-bytes')}${phc(made)}"


HASHES: dict[str, Callable[[str], str]] = {
    "BCRYPT": lambda password: bcrypt.hashpw(password.encode(), bcrypt.gensalt(6)).decode(),
    "SCRYPT": scrypt_hash,
    "ARGON2ID": lambda password: PasswordHasher(memory_cost=8_192).hash(password),
    "PBKDF2_SHA256": pbkdf2_hash,
}


def sign_in(idp: Any, app: App, name: str, password: str) -> dict[str, Any]:
    answer = idp.initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    return dict(answer["AuthenticationResult"])


def sign_in_by_srp(idp: Any, app: App, name: str, password: str) -> dict[str, Any]:
    srp = AWSSRP(name, password, app.pool_id, app.client_id, client=idp)
    return dict(srp.authenticate_user()["AuthenticationResult"])


@pytest.mark.parametrize("algorithm", HASHES)
def test_somebody_with_a_hash_signs_in_with_the_password_and_from_then_on_by_srp_too(
    server: Server, idp: Any, algorithm: str
) -> None:
    app = new_app(server)
    cells = person("ada", cognito__password_hash=HASHES[algorithm](PASSWORD))

    job = imported(idp, app.pool_id, [cells], algorithm)

    assert (job["Status"], counts(job), job["PasswordHashingAlgorithm"]) == (
        "Succeeded",
        (1, 0, 0),
        algorithm,
    )
    found = idp.admin_get_user(UserPoolId=app.pool_id, Username="ada")
    assert found["UserStatus"] == "CONFIRMED"  # [K]
    with pytest.raises(ClientError, match=INCORRECT):
        sign_in_by_srp(idp, app, "ada", PASSWORD)
    with pytest.raises(ClientError, match=INCORRECT):
        sign_in(idp, app, "ada", WRONG_PASSWORD)
    assert "AccessToken" in sign_in(idp, app, "ada", PASSWORD)
    assert "AccessToken" in sign_in_by_srp(idp, app, "ada", PASSWORD)


def test_somebody_without_a_hash_sets_a_password_with_the_code_of_a_mail(server: Server, idp: Any) -> None:
    app = new_app(server)

    job = imported(idp, app.pool_id, [person("ada", name="Lovelace, Ada", birthdate="12/10/1815")])

    assert (job["Status"], job["CompletionMessage"]) == ("Succeeded", "Import Job Completed Successfully.")
    found = idp.admin_get_user(UserPoolId=app.pool_id, Username="ada")
    given = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
    assert found["UserStatus"] == "RESET_REQUIRED"
    assert (given["name"], given["birthdate"], given["email_verified"]) == (
        "Lovelace, Ada",
        "1815-12-10",
        "true",
    )
    idp.forgot_password(ClientId=app.client_id, Username="ada")
    code = server.code(app.pool_id, "ada@example.com", "ForgotPassword")
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="ada", ConfirmationCode=code, Password=PASSWORD
    )
    assert "AccessToken" in sign_in_by_srp(idp, app, "ada", PASSWORD)


def test_a_job_counts_who_was_imported_skipped_and_failed(server: Server, idp: Any) -> None:
    app = new_app(server)
    idp.admin_create_user(UserPoolId=app.pool_id, Username="ada", MessageAction="SUPPRESS")
    people = [person("ada"), person("bob"), person("eve", email_verified="FALSE"), person("bob")]

    job = imported(idp, app.pool_id, people)

    assert (job["Status"], counts(job)) == ("Succeeded", (1, 2, 1))
    listed = idp.list_users(UserPoolId=app.pool_id)["Users"]
    assert sorted(user["Username"] for user in listed) == ["ada", "bob"]


def test_a_job_in_which_nobody_could_be_imported_failed(server: Server, idp: Any) -> None:
    app = new_app(server)

    job = imported(idp, app.pool_id, [person("ada", email_verified="FALSE")])

    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 1))
    assert job["CompletionMessage"] == "Too many users have failed or been skipped during the import."


def test_the_jobs_of_a_pool_are_listed_newest_first_in_pages(server: Server, idp: Any) -> None:
    app = new_app(server)
    made = [created(idp, app.pool_id)["JobId"] for _ in range(3)]

    first = idp.list_user_import_jobs(UserPoolId=app.pool_id, MaxResults=2)
    second = idp.list_user_import_jobs(
        UserPoolId=app.pool_id, MaxResults=2, PaginationToken=first["PaginationToken"]
    )

    pages = [[job["JobId"] for job in page["UserImportJobs"]] for page in (first, second)]
    assert pages == [made[:0:-1], made[:1]]
    assert "PaginationToken" not in second


def test_a_file_larger_than_any_request_may_be_is_taken_and_one_too_large_is_not(
    server: Server, idp: Any
) -> None:
    app = new_app(server)
    job = created(idp, app.pool_id)
    header = idp.get_csv_header(UserPoolId=app.pool_id)["CSVHeader"]
    people = [person(f"p{number}", profile="x" * 1_000) for number in range(12_000)]

    large = put(job["PreSignedUrl"], file_of(header, people))
    too_large = announced(job["PreSignedUrl"], 100_000_001)

    assert large.status_code == 200
    assert too_large.startswith("HTTP/1.1 400 ")
    assert "EntityTooLarge" in too_large


def announced(url: str, length: int) -> str:
    """What is answered to a file of this length before any of it has come."""
    address = urlsplit(url)
    head = f"PUT {address.path}?{address.query} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n"
    with socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=10) as connection:
        connection.sendall(head.encode())
        return b"".join(iter(lambda: connection.recv(4_096), b"")).decode()
