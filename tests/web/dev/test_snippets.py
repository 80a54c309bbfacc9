"""The snippets: valid in their language, and filled in with what they were given."""

import ast
import shlex
import subprocess
import sys

import pytest

from poolhouse.web.dev import snippets

URL, REGION, POOL, CLIENT = (
    "http://localhost:8400",
    "eu-north-1",
    "eu-north-1_Ab3dEf6hI",
    "6q1c0v3l8mb0s2nfd4e7",
)
AWKWARD = ("Calm-Otter-27!", 'it\'s "quoted" \\ $HOME `x`', "å{0}%s</script>")


@pytest.mark.parametrize("password", AWKWARD)
def test_the_python_snippet_calls_with_the_values_as_they_are(password):
    tree = ast.parse(snippets.boto3(URL, REGION, CLIENT, "demo@example.com", password))

    values = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {URL, REGION, CLIENT, "demo@example.com", password, "USER_PASSWORD_AUTH"} <= values


@pytest.mark.parametrize("secret", AWKWARD)
def test_the_shell_snippet_is_one_command_with_the_values_as_they_are(secret):
    text = snippets.aws_cli(URL, REGION, POOL, "poolhouse-dev", secret)

    assert shlex.split(text.replace("\\\n", "")) == [
        "AWS_ACCESS_KEY_ID=poolhouse-dev",
        f"AWS_SECRET_ACCESS_KEY={secret}",
        *("aws", "cognito-idp", "list-users"),
        *("--endpoint-url", URL, "--region", REGION, "--user-pool-id", POOL),
    ]


def test_the_snippet_for_a_first_pool_names_it():
    text = snippets.create_user_pool(URL, REGION, "poolhouse-dev", "x")

    assert shlex.split(text.replace("\\\n", ""))[-2:] == ["--pool-name", "my-pool"]


def test_the_amplify_snippet_holds_the_ids():
    text = snippets.amplify(URL, POOL, CLIENT)

    assert f'userPoolId: "{POOL}"' in text
    assert f'userPoolClientId: "{CLIENT}"' in text
    assert f'userPoolEndpoint: "{URL}"' in text


def test_the_production_server_does_not_load_the_dev_pages():
    code = (
        "import sys, poolhouse.app, poolhouse.web.gateway, poolhouse.cli.serve, poolhouse.cli.worker\n"
        "print([name for name in sys.modules if name.startswith('poolhouse.web.dev') or name == 'jinja2'])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
