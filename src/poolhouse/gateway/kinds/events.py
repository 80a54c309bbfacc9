"""The events that API Gateway calls functions with (its developer guide, "Lambda proxy integrations").

2.0 and 1.0 are the payload formats of HTTP APIs, `rest` is what REST APIs send. Claims are texts there.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

from poolhouse.gateway import headers as header_rules
from poolhouse.gateway.calls import Call, Headers
from poolhouse.gateway.kinds import claim_texts
from poolhouse.ports import SECOND

Event = dict[str, Any]
_TEXTS = ("text/", "application/json", "application/javascript", "application/xml")
_TEXT_SUFFIXES = ("+json", "+xml")
_NOBODY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


class About(Struct, frozen=True):
    """What every event of a route says.

    path    of the route; `key` with its method
    scopes  that the route asks for
    hidden  headers that no function sees
    stage, domain  empty: API Gateway's own, and what the Host header says
    """

    key: str
    path: str
    scopes: tuple[str, ...]
    account: str
    api_id: str
    stage: str
    domain: str
    hidden: frozenset[str]


def http_2(about: About, call: Call, body: bytes) -> Event:
    """Payload format 2.0: what is not there is left out; headers that came twice are one.

    That `rawPath` is decoded is [K]; so is `path` of format 1.0.
    """
    sent = _headers(about, call)
    event: Event = {
        "version": "2.0",
        "routeKey": about.key,
        "rawPath": call.path,
        "rawQueryString": call.query,
        "cookies": _cookies(sent),
        "headers": {name: ",".join(values) for name, values in _grouped(sent).items() if name != "cookie"},
        "queryStringParameters": {name: ",".join(values) for name, values in _query(call).items()},
        "requestContext": _context_2(about, call, sent),
        "pathParameters": dict(call.parameters),
    }
    for name in ("cookies", "queryStringParameters", "pathParameters"):
        if not event[name]:
            del event[name]
    text, is_base64 = _body(body, sent)
    return event | ({"body": text} if body else {}) | {"isBase64Encoded": is_base64}


def http_1(about: About, call: Call, body: bytes) -> Event:
    """Payload format 1.0 of HTTP APIs."""
    sent = _headers(about, call)
    claims = claim_texts.of_http(call.claims) if call.claims else None
    authorizer = {"claims": claims, "scopes": claim_texts.scopes(call.claims, about.scopes)}
    text, is_base64 = _body(body, sent)
    return {
        "version": "1.0",
        **_form_1(about, call, call.path, _grouped(sent)),
        "requestContext": {
            **_context_1(about, call, sent, about.stage or "$default"),
            "authorizer": authorizer,
            "path": call.path,
            "resourceId": None,
        },
        "body": text if body else None,
        "isBase64Encoded": is_base64,
    }


def rest(about: About, call: Call, body: bytes) -> Event:
    """What REST APIs send. Names of headers are written in capitals [K]: a server sees them in lower case."""
    sent = _headers(about, call)
    stage = about.stage or "prod"
    grouped = {_titled(name): values for name, values in _grouped(sent).items()}
    context = _context_1(about, call, sent, stage) | {
        "path": f"/{stage}{call.raw_path}",
        "resourceId": about.api_id,
    }
    if call.claims:
        context["authorizer"] = {"claims": claim_texts.of_rest(call.claims)}
    text, is_base64 = _whole(body)
    return {
        **_form_1(about, call, call.raw_path, grouped),
        "requestContext": context,
        "body": text if body else None,
        "isBase64Encoded": is_base64,
    }


def _form_1(about: About, call: Call, path: str, headers: Mapping[str, Sequence[str]]) -> Event:
    query = _query(call)
    return {
        "resource": about.path,
        "path": path,
        "httpMethod": call.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(call.parameters) or None,
        "stageVariables": None,
    }


def _context_1(about: About, call: Call, sent: Headers, stage: str) -> Event:
    domain = _domain(about, call)
    return {
        "accountId": about.account,
        "apiId": about.api_id,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "extendedRequestId": call.request_id,
        "httpMethod": call.method,
        "identity": dict.fromkeys(_NOBODY)
        | {"sourceIp": call.client, "userAgent": _first(sent, b"user-agent") or None},
        "protocol": call.protocol,
        "requestId": call.request_id,
        "requestTime": _time(call),
        "requestTimeEpoch": call.at // 1_000,
        "resourcePath": about.path,
        "stage": stage,
    }


def _context_2(about: About, call: Call, sent: Headers) -> Event:
    domain = _domain(about, call)
    context: Event = {
        "accountId": about.account,
        "apiId": about.api_id,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": call.method,
            "path": call.path,
            "protocol": call.protocol,
            "sourceIp": call.client,
            "userAgent": _first(sent, b"user-agent"),
        },
        "requestId": call.request_id,
        "routeKey": about.key,
        "stage": about.stage or "$default",
        "time": _time(call),
        "timeEpoch": call.at // 1_000,
    }
    if call.claims:
        scopes = claim_texts.scopes(call.claims, about.scopes)
        context["authorizer"] = {"jwt": {"claims": claim_texts.of_http(call.claims), "scopes": scopes}}
    return context


def _headers(about: About, call: Call) -> Headers:
    kept = header_rules.trusted(header_rules.end_to_end(call.headers), about.hidden)
    return (*kept, *(pair for pair in header_rules.forwarded(call) if pair[0] != b"x-forwarded-host"))


def _grouped(sent: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in sent:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return found


def _cookies(sent: Headers) -> list[str]:
    values = [value.decode("latin-1") for name, value in sent if name == b"cookie"]
    return [cookie for value in values for cookie in value.split("; ") if cookie]


def _query(call: Call) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(call.query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _body(body: bytes, sent: Headers) -> tuple[str, bool]:
    """HTTP APIs: text of certain types as it is, everything else in base64 [K]."""
    kind = _first(sent, b"content-type").partition(";")[0].strip().lower()
    is_text = not kind or kind.startswith(_TEXTS) or kind.endswith(_TEXT_SUFFIXES)
    return _whole(body) if is_text else (base64.b64encode(body).decode(), bool(body))


def _whole(body: bytes) -> tuple[str, bool]:
    """As text, where it is text."""
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _first(sent: Headers, name: bytes) -> str:
    return next((value.decode("latin-1") for found, value in sent if found == name), "")


def _domain(about: About, call: Call) -> str:
    return about.domain or call.host.partition(":")[0]


def _time(call: Call) -> str:
    return datetime.fromtimestamp(call.at / SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _titled(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
