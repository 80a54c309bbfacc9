"""STS at `/`: as a form, and as the GET that boto3 presigns."""

from pathlib import Path

import httpx2
from tests.server import serve_server


def test_a_presigned_call_tells_who_signed_it_and_a_changed_one_does_not(tmp_path: Path) -> None:
    with serve_server(tmp_path) as server:
        for method in ("GET", "POST"):
            url = server.boto3("sts").generate_presigned_url("get_caller_identity", HttpMethod=method)
            changed = url[:-1] + ("1" if url[-1] == "0" else "0")

            right, wrong = httpx2.request(method, url), httpx2.request(method, changed)

            assert right.status_code == 200
            assert f"<UserId>{server.access_key_id}</UserId>" in right.text
            assert wrong.status_code == 403
            assert "<Code>SignatureDoesNotMatch</Code>" in wrong.text
