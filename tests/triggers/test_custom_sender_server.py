"""A whole server, a function at an HTTPS address (loopback here), and the command that opens its codes."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.server import dev_server, run_poolhouse

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:mail"
KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = "a secret of thirty-two characters"
PASSWORD = "P2$Sword"


class Endpoint:
    """Takes events; fails the first time, as functions do."""

    def __init__(self):
        self.events = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/mail"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, count):
        deadline = time.monotonic() + 30
        while len(self.events) < count:
            assert time.monotonic() < deadline, f"only {len(self.events)} events came"
            time.sleep(0.05)
        return self.events[-1]

    def _handler(endpoint):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                endpoint.events.append(json.loads(body))
                self.send_response(503 if len(endpoint.events) == 1 else 200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Nothing is logged."""

        return Handler


@pytest.fixture
def endpoint():
    with Endpoint() as running:
        yield running


def test_a_code_goes_to_the_function_again_after_a_failure_and_opens_with_the_key_file(tmp_path, endpoint):
    settings = {
        "POOLHOUSE_FUNCTION_URLS": f"{FUNCTION}={endpoint.url}",
        "POOLHOUSE_FUNCTION_URL_SECRETS": f"{FUNCTION}={SECRET}",
    }
    with dev_server(tmp_path, "--no-demo", **settings) as server:
        idp = server.boto3("cognito-idp")
        sender = {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}
        pool = idp.create_user_pool(
            PoolName="p",
            AutoVerifiedAttributes=["email"],
            LambdaConfig={"CustomEmailSender": sender, "KMSKeyID": KEY},
        )["UserPool"]["Id"]
        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
        mail = [{"Name": "email", "Value": "ada@example.com"}]
        idp.sign_up(ClientId=client, Username="ada", Password=PASSWORD, UserAttributes=mail)

        event = endpoint.wait(2)

        assert event["triggerSource"] == "CustomEmailSender_SignUp"
        assert event["userPoolId"] == pool
        shown = run_poolhouse(
            "decrypt-code", event["request"]["code"], "--data", str(tmp_path / "data"), folder=tmp_path
        )
        assert shown.returncode == 0
        idp.confirm_sign_up(ClientId=client, Username="ada", ConfirmationCode=shown.stdout.strip())
        assert idp.admin_get_user(UserPoolId=pool, Username="ada")["UserStatus"] == "CONFIRMED"
        assert shown.stdout.strip() not in server.printed()
