"""A page of an application that signs in with Amplify and uses an S3 server with the AWS SDK, in Chromium."""

import json
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tests.clients.node import run_node
from tests.web_server import WebServer

PAGE = b"""<!doctype html><meta charset="utf-8"><title>app</title><output></output>
<script type="module" src="/app.js"></script>"""


def what_a_browser_may(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """What storage_in_browser.mjs did with these facts, and what came of it."""
    script = folder / "app.js"
    run_node(["bundle.mjs", "storage_in_browser.mjs", str(script)], "")
    answers = {
        "/": (200, {"content-type": "text/html"}, PAGE),
        "/app.js": (200, {"content-type": "text/javascript"}, script.read_bytes()),
        "/facts.json": (200, {"content-type": "application/json"}, json.dumps(facts).encode()),
    }
    with WebServer(answers) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(app.url("/", "localhost"))
        page.wait_for_function("document.title === 'done'")
        said: dict[str, Any] = json.loads(page.inner_text("output"))
        browser.close()
    return said
