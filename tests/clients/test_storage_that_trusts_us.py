"""A real S3 server, SeaweedFS, that takes our OpenID tokens at an STS of its own (docs/storage.md)."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.clients.apps import PASSWORD
from tests.clients.identity import IdentityApp, identity_app_of, new_identity_app
from tests.clients.storage_page import what_a_browser_may
from tests.clients.test_node_clients import run_script
from tests.seaweed import UNASKED_SECONDS, Issuer, Role, Store, iam, seaweed
from tests.server import dev_server, free_ports

BUCKET = "our.photos"  # Amplify has names with a dot in the path, all others in the host
HOUR = 3_600
ROLE = "arn:aws:iam::000000000000:role/{}"


@pytest.fixture(scope="module")
def port() -> int:
    """Of the store: each of the two servers is told the other's address."""
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[IdentityApp]:
    """Ada and Bob are users, and the store gives the credentials of the identity pool."""
    folder = tmp_path_factory.mktemp("server")
    with dev_server(folder, POOLHOUSE_STS_UPSTREAM=f"http://127.0.0.1:{port}/") as server:
        made = new_identity_app(server, "ada", "bob")
        made.set_roles(users=ROLE.format("users"), guests=ROLE.format("guests"))
        yield made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, app: IdentityApp, port: int) -> Iterator[Store]:
    """It trusts the identity pool of `app`: users and guests have a role each."""
    issuer = Issuer("poolhouse", app.issuer, f"{app.issuer}/.well-known/jwks.json", app.pool_id)
    roles = [
        Role("users", trust("authenticated"), own_folder("s3:GetObject", "s3:PutObject")),
        Role("guests", trust("unauthenticated"), own_folder("s3:GetObject")),
    ]
    with seaweed(tmp_path_factory.mktemp("store"), [issuer], roles, port) as running:
        running.boto3("s3").create_bucket(Bucket=BUCKET)
        yield running


def trust(amr: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "poolhouse"},
        "Action": ["sts:AssumeRoleWithWebIdentity"],
        "Condition": {"ForAnyValue:StringLike": {"oidc:amr": amr}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def own_folder(*actions: str, bucket: str = BUCKET) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{bucket}/${{jwt:sub}}/*"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


class Somebody:
    """An identity with a token for the store."""

    def __init__(self, app: IdentityApp, store: Store, name: str = "") -> None:
        logins = app.logins(name) if name else {}
        self.identity_id = app.identity(logins)
        self.token = app.open_id_token(self.identity_id, logins)
        self.store = store

    def credentials(self, role: str = "users", **asked: Any) -> dict[str, str]:
        """What the STS of the store gives for the token."""
        return assumed(self.store, self.token, role, **asked)


def assumed(store: Store, token: str, role: str = "users", **asked: Any) -> dict[str, str]:
    given: dict[str, str] = store.boto3("sts").assume_role_with_web_identity(
        RoleArn=ROLE.format(role), RoleSessionName="session", WebIdentityToken=token, **asked
    )["Credentials"]
    return given


def s3_of(store: Store, credentials: dict[str, str], *, with_token: bool = True) -> Any:
    secret = credentials.get("SecretAccessKey") or credentials["SecretKey"]
    token = credentials["SessionToken"] if with_token else ""
    return store.boto3("s3", credentials["AccessKeyId"], secret, token)


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_the_settings_that_are_documented_are_those_that_are_tested() -> None:
    text = (Path(__file__).parents[2] / "docs" / "storage.md").read_text("utf-8")
    of_seaweed = text.partition("### SeaweedFS")[2]
    shown = json.loads(of_seaweed.partition("```json\n")[2].partition("```")[0])
    address = "https://id.example.com/cognito-identity"
    issuer = Issuer(
        "poolhouse", address, f"{address}/.well-known/jwks.json", "us-east-1:the-id-of-the-identity-pool"
    )
    role = Role("users", trust("authenticated"), own_folder("s3:GetObject", "s3:PutObject", bucket="photos"))

    tested = iam([issuer], [role])

    assert shown["sts"].pop("signingKey") != tested["sts"].pop("signingKey")
    assert (shown["sts"].pop("tokenDuration"), tested["sts"].pop("tokenDuration")) == ("1h", "3s")
    assert shown == tested


class TestItsSts:
    """The application takes the token of GetOpenIdToken to the STS of the store."""

    def test_a_user_reads_and_writes_below_the_own_identity_and_nowhere_else(
        self, app: IdentityApp, store: Store
    ) -> None:
        ada, bob = Somebody(app, store, "ada"), Somebody(app, store, "bob")
        mine, theirs = (s3_of(store, somebody.credentials(DurationSeconds=HOUR)) for somebody in (ada, bob))

        mine.put_object(Bucket=BUCKET, Key=f"{ada.identity_id}/face.jpg", Body=b"a face")
        found = mine.get_object(Bucket=BUCKET, Key=f"{ada.identity_id}/face.jpg")["Body"].read()

        assert found == b"a face"
        with pytest.raises(ClientError) as refused_write:
            theirs.put_object(Bucket=BUCKET, Key=f"{ada.identity_id}/face.jpg", Body=b"another")
        with pytest.raises(ClientError) as refused_read:
            theirs.get_object(Bucket=BUCKET, Key=f"{ada.identity_id}/face.jpg")
        assert (code_of(refused_write), code_of(refused_read)) == ("AccessDenied", "AccessDenied")
        theirs.put_object(Bucket=BUCKET, Key=f"{bob.identity_id}/face.jpg", Body=b"another")

    def test_what_the_role_does_not_have_is_refused(self, app: IdentityApp, store: Store) -> None:
        ada = Somebody(app, store, "ada")
        mine = s3_of(store, ada.credentials(DurationSeconds=HOUR))
        mine.put_object(Bucket=BUCKET, Key=f"{ada.identity_id}/kept", Body=b"kept")

        with pytest.raises(ClientError) as refused:
            mine.delete_object(Bucket=BUCKET, Key=f"{ada.identity_id}/kept")

        assert code_of(refused) == "AccessDenied"
        assert mine.get_object(Bucket=BUCKET, Key=f"{ada.identity_id}/kept")["Body"].read() == b"kept"

    def test_credentials_are_good_until_they_expire(self, app: IdentityApp, store: Store) -> None:
        ada = Somebody(app, store, "ada")
        mine = s3_of(store, ada.credentials())
        asked = {"Bucket": BUCKET, "Key": f"{ada.identity_id}/soon", "Body": b"soon"}

        mine.put_object(**asked)
        time.sleep(UNASKED_SECONDS + 1)

        with pytest.raises(ClientError) as refused:
            mine.put_object(**asked)
        assert code_of(refused) == "InvalidAccessKeyId"  # it does not say why

    def test_credentials_are_nothing_without_their_session_token(
        self, app: IdentityApp, store: Store
    ) -> None:
        ada = Somebody(app, store, "ada")
        credentials = ada.credentials(DurationSeconds=HOUR)
        asked = {"Bucket": BUCKET, "Key": f"{ada.identity_id}/key", "Body": b"key"}

        with pytest.raises(ClientError) as refused:
            s3_of(store, credentials, with_token=False).put_object(**asked)

        assert code_of(refused) == "InvalidAccessKeyId"
        s3_of(store, credentials).put_object(**asked)

    def test_an_expired_token_gets_no_credentials(self, app: IdentityApp, store: Store) -> None:
        short, long = app.developer_token("eve", 1), app.developer_token("eve", HOUR)
        time.sleep(2)

        with pytest.raises(ClientError) as refused:
            assumed(store, short)

        assert code_of(refused) == "ExpiredTokenException"
        assert assumed(store, long)["AccessKeyId"]

    def test_a_changed_token_gets_no_credentials(self, app: IdentityApp, store: Store) -> None:
        ada, bob = Somebody(app, store, "ada"), Somebody(app, store, "bob")
        header, payload, _ = ada.token.split(".")

        with pytest.raises(ClientError) as refused:
            assumed(store, f"{header}.{payload}.{bob.token.split('.')[2]}")

        assert code_of(refused) == "InvalidParameterValue"
        assert assumed(store, ada.token)["AccessKeyId"]

    def test_another_identity_pool_is_not_trusted(self, app: IdentityApp, store: Store) -> None:
        stranger = Somebody(identity_app_of(app.server, app.app), store, "ada")

        with pytest.raises(ClientError) as refused:
            stranger.credentials()

        assert code_of(refused) == "InvalidParameterValue"
        assert Somebody(app, store, "ada").credentials()["AccessKeyId"]

    def test_guests_have_a_role_of_their_own(self, app: IdentityApp, store: Store) -> None:
        guest = Somebody(app, store)

        with pytest.raises(ClientError) as refused:
            guest.credentials("users")

        assert code_of(refused) == "AccessDenied"
        assert guest.credentials("guests")["AccessKeyId"]


class TestGetCredentialsForIdentity:
    """The application asks us, and the setting `sts_upstream` says that the store's STS is to give them."""

    def test_a_user_gets_credentials_for_the_own_folder_and_no_other(
        self, app: IdentityApp, store: Store
    ) -> None:
        logins = app.logins("ada")
        ada, bob = app.identity(logins), app.identity(app.logins("bob"))

        credentials = app.credentials(ada, logins)

        mine = s3_of(store, credentials)
        mine.put_object(Bucket=BUCKET, Key=f"{ada}/letter", Body=b"a letter")
        assert mine.get_object(Bucket=BUCKET, Key=f"{ada}/letter")["Body"].read() == b"a letter"
        with pytest.raises(ClientError) as refused:
            mine.put_object(Bucket=BUCKET, Key=f"{bob}/letter", Body=b"a letter")
        assert code_of(refused) == "AccessDenied"
        left = (credentials["Expiration"] - datetime.now(UTC)).total_seconds()
        assert HOUR - 60 < left <= HOUR

    def test_a_guest_gets_those_of_the_guests_role(self, app: IdentityApp, store: Store) -> None:
        guest = app.identity({})
        store.boto3("s3").put_object(Bucket=BUCKET, Key=f"{guest}/letter", Body=b"to a guest")

        theirs = s3_of(store, app.credentials(guest, {}))

        assert theirs.get_object(Bucket=BUCKET, Key=f"{guest}/letter")["Body"].read() == b"to a guest"
        with pytest.raises(ClientError) as refused:
            theirs.put_object(Bucket=BUCKET, Key=f"{guest}/letter", Body=b"from a guest")
        assert code_of(refused) == "AccessDenied"

    def test_a_role_that_does_not_trust_the_identity_is_a_fault_of_the_configuration(
        self, app: IdentityApp, store: Store
    ) -> None:
        mixed_up = identity_app_of(app.server, app.app)  # the store does not know this identity pool
        mixed_up.set_roles(users=ROLE.format("users"), guests=ROLE.format("guests"))
        logins = app.logins("ada")

        with pytest.raises(ClientError) as refused:
            mixed_up.credentials(mixed_up.identity(logins), logins)

        assert code_of(refused) == "InvalidIdentityPoolConfigurationException"
        assert app.credentials(app.identity(logins), logins)["AccessKeyId"].startswith("ASIA")


class TestJavaScript:
    """@aws-sdk/credential-providers with the SDK's S3 client, and aws-amplify with its Storage."""

    pytestmark = pytest.mark.node

    @pytest.mark.parametrize("scenario", ["pool", "identity"])
    def test_a_user_has_credentials_of_the_sdk_for_the_own_folder_and_no_other(
        self, app: IdentityApp, store: Store, scenario: str
    ) -> None:
        logins = app.logins("ada")
        ada = app.identity(logins)

        done = run_script("aws_credentials.mjs", scenario, facts_of(app, store, logins, ada))

        assert done == {
            "identityId": ada,
            "read": "from node",
            "refused": "AccessDenied",
            "streamed": 300_000,
        }

    def test_a_guest_has_those_of_the_guests_role(self, app: IdentityApp, store: Store) -> None:
        done = run_script("aws_credentials.mjs", "guest", facts_of(app, store))

        assert done["refused"] == "AccessDenied"
        assert done["missing"] == "NoSuchKey"  # which it may see, as it may read there
        assert done["again"] == done["identityId"]
        assert done["identityId"] != app.identity({})

    def test_a_changed_login_gets_none(self, app: IdentityApp, store: Store) -> None:
        logins = app.logins("ada")
        changed = {app.provider: logins[app.provider][:-6] + "AAAAAA"}

        done = run_script("aws_credentials.mjs", "login", facts_of(app, store, changed))

        assert done["refused"] == "NotAuthorizedException"
        assert run_script("aws_credentials.mjs", "login", facts_of(app, store, logins))["identityId"]

    def test_amplify_has_a_session_of_a_user_and_stores_a_file(self, app: IdentityApp, store: Store) -> None:
        ada = app.identity(app.logins("ada"))

        done = run_script(
            "amplify_storage.mjs", "user", facts_of(app, store), NODE_EXTRA_CA_CERTS=str(store.certificate)
        )

        assert done["identityId"] == ada
        assert done["accessKeyId"].startswith("ASIA")
        assert (done["path"], done["read"]) == (f"{ada}/hello.txt", "from amplify")
        assert done["refused"] == "AccessDenied"
        stored = store.boto3("s3").get_object(Bucket=BUCKET, Key=f"{ada}/hello.txt")["Body"].read()
        assert stored == b"from amplify"

    @pytest.mark.browser
    def test_a_browser_stores_below_the_own_identity_and_nowhere_else(
        self, app: IdentityApp, store: Store, tmp_path: Path
    ) -> None:
        ada, bob = app.identity(app.logins("ada")), app.identity(app.logins("bob"))

        done = what_a_browser_may(tmp_path, facts_of(app, store) | {"other": bob})

        assert done == {
            "identityId": ada,
            "own": ["stored", "from a browser"],
            "another": ["AccessDenied", "AccessDenied"],
        }

    def test_amplify_has_a_session_of_a_guest_who_becomes_a_user(
        self, app: IdentityApp, store: Store
    ) -> None:
        done = run_script("amplify_storage.mjs", "guest", facts_of(app, store))

        assert done["guest"]["accessKeyId"].startswith("ASIA")
        assert done["guest"]["signedIn"] is False
        assert done["user"]["accessKeyId"] != done["guest"]["accessKeyId"]
        assert done["user"]["signedIn"] is True


def facts_of(
    app: IdentityApp, store: Store, logins: dict[str, str] | None = None, identity_id: str = ""
) -> dict[str, Any]:
    return {
        "endpoint": app.server.endpoint,
        "region": app.server.region,
        "userPoolId": app.app.pool_id,
        "clientId": app.app.client_id,
        "identityPoolId": app.pool_id,
        "identityId": identity_id,
        "logins": logins or {},
        "username": "ada",
        "password": PASSWORD,
        "store": store.endpoint,
        "storeHost": store.host,
        "bucket": BUCKET,
    }
