"""Sign-in with a SAML provider in the tests' hands, through a real server: what the browser carries."""

import base64
import time
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from lxml import etree
from tests.oauth.apps import App
from tests.oauth.walk import Walk, target
from tests.saml_provider import Provider, encoded
from tests.server import Server

MAPPING = {"email": "email", "name": "name"}


def now() -> int:
    return time.time_ns() // 1000


@dataclass
class Corp:
    """A SAML provider of the server's demo pool."""

    server: Server
    name: str
    idp: Provider = field(default_factory=lambda: Provider(now=now()))

    def configure(self, **details: str) -> "Corp":
        self.server.boto3("cognito-idp").create_identity_provider(
            UserPoolId=self.server.user_pool_id,
            ProviderName=self.name,
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": self.idp.metadata(), **details},
            AttributeMapping=MAPPING,
        )
        return self

    @property
    def audience(self) -> str:
        return f"urn:amazon:cognito:sp:{self.server.user_pool_id}"

    def form(self, app: App, away: httpx2.Response, **wrong: Any) -> dict[str, str]:
        """What the provider has the browser post, in answer to what it brought."""
        query = dict(parse_qsl(urlsplit(target(away)).query))
        return {
            "SAMLResponse": self.response(app, asked(away).get("ID"), **wrong),
            "RelayState": query["RelayState"],
        }

    def response(
        self, app: App, request_id: str | None, *, response: dict[str, Any] | None = None, **assertion: Any
    ) -> str:
        self.idp.now = now()
        consumer = f"{app.base}/saml2/idpresponse"
        usual = {
            "audience": self.audience,
            "recipient": consumer,
            "in_response_to": request_id,
            "assertion_id": f"_a{time.time_ns()}",
        }
        said = {"destination": consumer, "in_response_to": request_id, **(response or {})}
        return encoded(self.idp.answer(response=said, **(usual | assertion)))


def message(text: str) -> Any:
    """The message of a redirect (bindings, 3.4.4.1)."""
    return etree.fromstring(zlib.decompress(base64.b64decode(text), wbits=-15))


def asked(away: httpx2.Response) -> Any:
    """Our message in the redirect that the browser got."""
    return message(dict(parse_qsl(urlsplit(target(away)).query))["SAMLRequest"])


def consume(browser: Walk, app: App, form: dict[str, str]) -> httpx2.Response:
    return browser.client.post(f"{app.base}/saml2/idpresponse", data=form)


def signed_in(app: App, corp: Corp, **said: Any) -> tuple[Walk, httpx2.Response]:
    """A browser that has come back from the provider, and where it is sent then."""
    browser = Walk()
    away = browser.get(app.authorize(identity_provider=corp.name))
    return browser, consume(browser, app, corp.form(app, away, **said))
