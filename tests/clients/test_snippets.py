"""The first calls that `poolhouse dev` prints and its start page shows work as they stand."""

import html
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest
from botocore import xform_name
from joserfc import jws
from tests.clients.node import run_node
from tests.server import Server, clean_environment, dev_server


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that checks signatures, so that the printed secret must be the right one."""
    with dev_server(tmp_path_factory.mktemp("snippets"), "--sigv4", "verify") as running:
        yield running


@pytest.fixture
def server(fresh_server: Server) -> Server:
    return fresh_server


def printed(server: Server) -> dict[str, str]:
    """The snippets of the terminal, by name."""
    parts = re.split(r"^-- (.+)$", server.output.read_text(), flags=re.MULTILINE)[1:]
    return {
        name: text.strip().partition("\n\n20")[0] for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def run(command: list[str], folder: Path, text: str = "", **environment: str) -> str:
    """Run it without any AWS configuration and give what it printed."""
    done = subprocess.run(
        command,
        input=text,
        cwd=folder,
        env=clean_environment() | {"HOME": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def through_botocore(snippet: str) -> dict[str, Any]:
    """Do what the AWS CLI would do with the command."""
    words = shlex.split(snippet.replace("\\\n", " "))
    variables = dict(word.split("=", 1) for word in words[: words.index("aws")])
    _, service, command, *options = words[words.index("aws") :]
    given = dict(zip(options[::2], options[1::2], strict=True))
    client = boto3.Session().client(
        service,
        endpoint_url=given.pop("--endpoint-url"),
        region_name=given.pop("--region"),
        aws_access_key_id=variables.pop("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=variables.pop("AWS_SECRET_ACCESS_KEY"),
    )
    assert variables == {}
    operation = next(
        name for name in client.meta.service_model.operation_names if xform_name(name, "-") == command
    )
    members = client.meta.service_model.operation_model(operation).input_shape.members
    names = {f"--{xform_name(member, '-')}": member for member in members}
    answer: dict[str, Any] = getattr(client, xform_name(operation))(
        **{names[option]: value for option, value in given.items()}
    )
    return answer


def outcomes_of(snippet: str, folder: Path) -> list[dict[str, Any]]:
    """What the command answers: as botocore runs it and, where there is an AWS CLI, as that runs it."""
    outcomes = [through_botocore(snippet)]
    if shutil.which("aws"):
        outcomes.append(json.loads(run(["sh", "-c", snippet], folder, AWS_PAGER="")))
    return outcomes


def test_the_terminal_and_the_start_page_show_the_same(server: Server) -> None:
    page = httpx2.get(f"{server.endpoint}/", headers={"accept": "text/html"}, timeout=10).text
    shown = {
        re.sub("<[^>]+>", "", html.unescape(text)).strip()
        for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    }

    assert set(printed(server)) == {"AWS CLI", "boto3", "Amplify"}
    assert shown == set(printed(server).values())


def test_the_boto3_snippet_prints_the_id_token_of_the_demo_user(server: Server, tmp_path: Path) -> None:
    token = run([sys.executable, "-"], tmp_path, printed(server)["boto3"]).strip()

    claims = json.loads(jws.extract_compact(token.encode()).payload)
    assert claims["email"] == server.username
    assert claims["aud"] == server.client_id


def test_the_aws_cli_snippet_lists_the_demo_user(server: Server, tmp_path: Path) -> None:
    for answer in outcomes_of(printed(server)["AWS CLI"], tmp_path):
        (user,) = answer["Users"]
        assert {"Name": "email", "Value": server.username} in user["Attributes"]


def test_without_a_demo_the_aws_cli_snippet_makes_a_pool(tmp_path: Path) -> None:
    with dev_server(tmp_path / "server", "--no-demo") as server:
        snippets = printed(server)

        outcomes = outcomes_of(snippets["AWS CLI"], tmp_path)

    assert set(snippets) == {"AWS CLI"}
    assert {answer["UserPool"]["Name"] for answer in outcomes} == {"my-pool"}


@pytest.mark.node  # NEEDS NODE and `npm ci --prefix tests/clients`
def test_the_amplify_snippet_is_all_that_a_sign_in_needs(server: Server) -> None:
    sign_in = f"""
        import {{ fetchAuthSession, signIn }} from "aws-amplify/auth";
        const [username, password] = {json.dumps([server.username, server.password])};
        await signIn({{ username, password: password + "?" }}).then(
          () => {{ throw new Error("A wrong password signed in."); }},
          (error) => {{ if (error.name !== "NotAuthorizedException") throw error; }},
        );
        await signIn({{ username, password }});
        console.log(JSON.stringify((await fetchAuthSession()).tokens.idToken.payload));
    """

    claims = json.loads(run_node(["--input-type=module"], printed(server)["Amplify"] + sign_in))

    assert claims["email"] == server.username
    assert claims["aud"] == server.client_id
