"""First calls to copy and paste, filled in: the start page and `poolhouse dev` show the same ones."""

import json
import shlex


def boto3(endpoint: str, region: str, client_id: str, username: str, password: str) -> str:
    """Python: sign in and print the ID token."""
    return f"""\
import boto3

idp = boto3.client(
    "cognito-idp",
    endpoint_url={_quoted(endpoint)},
    region_name={_quoted(region)},
)
answer = idp.initiate_auth(
    ClientId={_quoted(client_id)},
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={{
        "USERNAME": {_quoted(username)},
        "PASSWORD": {_quoted(password)},
    }},
)
print(answer["AuthenticationResult"]["IdToken"])"""


def aws_cli(endpoint: str, region: str, user_pool_id: str, access_key_id: str, secret: str) -> str:
    """A shell: list the users of the pool."""
    return _aws(endpoint, region, access_key_id, secret, "list-users", "--user-pool-id", user_pool_id)


def create_user_pool(endpoint: str, region: str, access_key_id: str, secret: str) -> str:
    """A shell: make a user pool."""
    return _aws(endpoint, region, access_key_id, secret, "create-user-pool", "--pool-name", "my-pool")


def amplify(endpoint: str, user_pool_id: str, client_id: str) -> str:
    """JavaScript: point Amplify at the pool."""
    return f"""\
import {{ Amplify }} from "aws-amplify";

Amplify.configure({{ Auth: {{ Cognito: {{
  userPoolId: {_quoted(user_pool_id)},
  userPoolClientId: {_quoted(client_id)},
  userPoolEndpoint: {_quoted(endpoint)},
}} }} }});"""


def _aws(
    endpoint: str, region: str, access_key_id: str, secret: str, command: str, option: str, value: str
) -> str:
    return f"""\
AWS_ACCESS_KEY_ID={shlex.quote(access_key_id)} AWS_SECRET_ACCESS_KEY={shlex.quote(secret)} \\
aws cognito-idp {command} \\
  --endpoint-url {shlex.quote(endpoint)} \\
  --region {shlex.quote(region)} \\
  {option} {shlex.quote(value)}"""


def _quoted(text: str) -> str:
    """A string literal that Python and JavaScript read alike."""
    return json.dumps(text)
