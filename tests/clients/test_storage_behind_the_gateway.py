"""Credentials of identity pools at an S3 server that does not know us: the gateway is between."""

import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from botocore.exceptions import ClientError
from tests.account import allowing, trusting
from tests.clients.identity import IdentityApp, new_identity_app
from tests.clients.storage_page import what_a_browser_may
from tests.clients.test_node_clients import run_script
from tests.clients.test_storage_that_trusts_us import code_of, facts_of
from tests.seaweed import ADMIN, Store, seaweed
from tests.server import Gateway, Server, dev_server, gateway_server, run_poolhouse

BUCKET = "our.photos"
LARGE = 20 * 1024 * 1024
SELF = "cognito-identity.amazonaws.com"

ROUTES = """
[gateway.cors]
origins = ["*"]
methods = ["*"]
headers = ["*"]
expose = ["etag", "x-amz-request-id"]

[[routes]]
path = "$default"
kind = "aws"
url = "{store}"
service = "s3"
region = "us-east-1"
verifier = "{verifier}"
access_key_id_variable = "STORE_KEY_ID"
secret_access_key_variable = "STORE_SECRET"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with dev_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Server) -> IdentityApp:
    """Users may read and write below their identity; guests have a role that allows nothing here."""
    made = new_identity_app(server, "ada", "bob")
    own = f"arn:aws:s3:::{BUCKET}/${{{SELF}:sub}}/*"
    users = new_role(made, "users", "authenticated", allowing("s3:GetObject", "s3:PutObject", resource=own))
    guests = new_role(
        made, "guests", "unauthenticated", allowing("s3:ListBucket", resource="arn:aws:s3:::open")
    )
    made.set_roles(users, guests)
    return made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with seaweed(tmp_path_factory.mktemp("store")) as running:
        running.boto3("s3").create_bucket(Bucket=BUCKET)
        yield running


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, app: IdentityApp, store: Store) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    of_the_account(app.server, "roles", "export-verifier", "--output", str(folder / "verifier.json"))
    toml = ROUTES.format(store=store.endpoint, verifier=folder / "verifier.json")
    with gateway_server(folder, toml, STORE_KEY_ID=ADMIN[0], STORE_SECRET=ADMIN[1]) as running:
        yield running


def of_the_account(server: Server, *arguments: str) -> str:
    """Run a command of the command line beside the running server; gives what it printed."""
    folder = server.output.parent
    done = run_poolhouse(*arguments, folder=folder, POOLHOUSE_DATA=str(folder / "data"))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def new_role(app: IdentityApp, name: str, amr: str, policy: dict[str, Any]) -> str:
    """A role for identities of the pool with this `amr`; gives its ARN."""
    condition = {"StringEquals": {f"{SELF}:aud": app.pool_id}, "ForAnyValue:StringLike": {f"{SELF}:amr": amr}}
    trust = trusting({"Federated": SELF}, "sts:AssumeRoleWithWebIdentity", condition=condition)
    folder = app.server.output.parent
    (folder / "trust.json").write_text(json.dumps(trust))
    (folder / "policy.json").write_text(json.dumps(policy))
    files = ("--trust", "trust.json", "--policy", "own=policy.json")
    return of_the_account(app.server, "roles", "create", name, *files)


@dataclass(frozen=True)
class Somebody:
    """An identity with its credentials for the gateway."""

    identity_id: str
    s3: Any
    without_token: Any

    @property
    def folder(self) -> dict[str, str]:
        return {"Bucket": BUCKET, "Key": f"{self.identity_id}/file"}


def somebody(app: IdentityApp, gateway: Gateway, name: str = "") -> Somebody:
    """Without a name a guest."""
    logins = app.logins(name) if name else {}
    identity_id = app.identity(logins)
    given = app.credentials(identity_id, logins)
    at = Store(gateway.endpoint, "", gateway.output, gateway.process, gateway.output)
    pair = (given["AccessKeyId"], given["SecretKey"])
    return Somebody(identity_id, at.boto3("s3", *pair, given["SessionToken"]), at.boto3("s3", *pair))


def test_a_user_reads_and_writes_below_the_own_identity_and_nowhere_else(
    app: IdentityApp, gateway: Gateway, store: Store
) -> None:
    ada, bob = somebody(app, gateway, "ada"), somebody(app, gateway, "bob")

    ada.s3.put_object(**ada.folder, Body=b"a face", ContentType="image/jpeg", Metadata={"of": "ada"})
    found = ada.s3.get_object(**ada.folder)

    assert (found["Body"].read(), found["ContentType"], found["Metadata"]) == (
        b"a face",
        "image/jpeg",
        {"of": "ada"},
    )
    with pytest.raises(ClientError) as refused_write:
        bob.s3.put_object(**ada.folder, Body=b"another")
    with pytest.raises(ClientError) as refused_read:
        bob.s3.get_object(**ada.folder)
    with pytest.raises(ClientError) as refused_copy:
        bob.s3.copy_object(**bob.folder, CopySource=ada.folder)
    refusals = {code_of(refused) for refused in (refused_write, refused_read, refused_copy)}
    assert refusals == {"AccessDenied"}
    bob.s3.put_object(**bob.folder, Body=b"another")
    assert store.boto3("s3").get_object(**ada.folder)["Body"].read() == b"a face"


def test_what_the_role_does_not_have_is_refused(app: IdentityApp, gateway: Gateway, store: Store) -> None:
    ada = somebody(app, gateway, "ada")
    ada.s3.put_object(**ada.folder, Body=b"kept")

    for asked in (
        lambda: ada.s3.delete_object(**ada.folder),
        lambda: ada.s3.list_objects_v2(Bucket=BUCKET),
        lambda: ada.s3.list_buckets(),
        lambda: ada.s3.delete_bucket(Bucket=BUCKET),
    ):
        with pytest.raises(ClientError) as refused:
            asked()
        assert code_of(refused) == "AccessDenied"

    assert store.boto3("s3").get_object(**ada.folder)["Body"].read() == b"kept"


def test_a_large_file_goes_through_without_being_held(
    app: IdentityApp, gateway: Gateway, tmp_path: Path
) -> None:
    ada = somebody(app, gateway, "ada")
    ada.s3.put_object(**ada.folder, Body=b"a first one, for what every request needs")
    content = random.Random(5).randbytes(LARGE)
    (tmp_path / "large").write_bytes(content)
    before = peak_memory(gateway)

    with open(tmp_path / "large", "rb") as body:
        ada.s3.put_object(**ada.folder, Body=body)
    found = ada.s3.get_object(**ada.folder)["Body"].read()

    assert found == content
    assert peak_memory(gateway) - before < LARGE / 2


def peak_memory(gateway: Gateway) -> int:
    """The most bytes of memory that the gateway has had."""
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_a_file_in_parts_becomes_one(app: IdentityApp, gateway: Gateway) -> None:
    ada = somebody(app, gateway, "ada")
    content = random.Random(6).randbytes(12 * 1024 * 1024)

    ada.s3.upload_fileobj(io.BytesIO(content), ada.folder["Bucket"], ada.folder["Key"])

    assert ada.s3.get_object(**ada.folder)["Body"].read() == content


def test_a_guest_is_refused(app: IdentityApp, gateway: Gateway) -> None:
    guest, ada = somebody(app, gateway), somebody(app, gateway, "ada")

    with pytest.raises(ClientError) as refused:
        guest.s3.put_object(**guest.folder, Body=b"from a guest")

    assert code_of(refused) == "AccessDenied"
    ada.s3.put_object(**ada.folder, Body=b"from a user")


def test_credentials_are_nothing_without_their_session_token(app: IdentityApp, gateway: Gateway) -> None:
    ada = somebody(app, gateway, "ada")

    with pytest.raises(ClientError) as refused:
        ada.without_token.put_object(**ada.folder, Body=b"")

    assert code_of(refused) == "InvalidAccessKeyId"
    ada.s3.put_object(**ada.folder, Body=b"")


def test_the_stores_own_key_and_no_key_at_all_open_nothing(
    app: IdentityApp, gateway: Gateway, store: Store
) -> None:
    at = Store(gateway.endpoint, "", gateway.output, gateway.process, gateway.output)
    asked = {"Bucket": BUCKET, "Key": "file", "Body": b"from the administrator"}

    with pytest.raises(ClientError) as refused:
        at.boto3("s3").put_object(**asked)

    assert code_of(refused) == "InvalidAccessKeyId"
    assert httpx2.get(f"{gateway.endpoint}/{BUCKET}/file").status_code == 403
    store.boto3("s3").put_object(**asked)


@pytest.mark.node
@pytest.mark.parametrize("scenario", ["pool", "identity"])
def test_a_user_has_credentials_of_the_javascript_sdk(
    app: IdentityApp, gateway: Gateway, store: Store, scenario: str
) -> None:
    logins = app.logins("ada")
    ada = app.identity(logins)

    facts = facts_of(app, store, logins, ada) | {"store": gateway.endpoint}
    done = run_script("aws_credentials.mjs", scenario, facts)

    assert done == {"identityId": ada, "read": "from node", "refused": "AccessDenied", "streamed": 300_000}


@pytest.mark.node
@pytest.mark.browser
def test_a_browser_stores_below_the_own_identity_and_nowhere_else(
    app: IdentityApp, gateway: Gateway, store: Store, tmp_path: Path
) -> None:
    ada, bob = app.identity(app.logins("ada")), app.identity(app.logins("bob"))

    facts = facts_of(app, store) | {"store": gateway.endpoint, "other": bob}
    done = what_a_browser_may(tmp_path, facts)

    assert done == {
        "identityId": ada,
        "own": ["stored", "from a browser"],
        "another": ["AccessDenied", "AccessDenied"],
    }
