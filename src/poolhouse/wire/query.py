"""The AWS query protocol of STS: form parameters to dicts, results and errors to XML.

Behaviour file, section 1.20. Lists are `Tags.member.1.Key`; structures are `A.B`.
"""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from poolhouse.errors import ApiError, CredentialsExpired, RequestTooLarge, Serialization
from poolhouse.ports import SECOND
from poolhouse.wire.json11 import MAX_BODY
from poolhouse.wire.operations import Operation, by_action, model

CONTENT_TYPE = "text/xml"

_MAX_PARAMETERS = 1000
_MAX_DEPTH = 8  # dots in a parameter name
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_LIST_PLACE = re.compile(r"[1-9][0-9]{0,3}")
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# What the query services call the errors that have another name in JSON, and with which status.
_NAMES_HERE = {
    "SerializationException": ("MalformedQueryString", 400),
    "UnknownOperationException": ("InvalidAction", 400),
    "ValidationException": ("ValidationError", 400),
    "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
    "IncompleteSignatureException": ("IncompleteSignature", 400),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "UnrecognizedClientException": ("InvalidClientTokenId", 403),
    "AccessDeniedException": ("AccessDenied", 403),
    "TooManyRequestsException": ("Throttling", 400),
    "InternalErrorException": ("InternalFailure", 500),
}

Tree = dict[str, Any]  # parameter name, split at its dots, to a text or a further tree


def parse(form: bytes) -> tuple[Operation, dict[str, Any]]:
    """The operation and the (unchecked) request of a form body or of a query string.

    Raises `RequestTooLarge`, `Serialization` for a malformed form, and `UnknownOperation`.
    """
    if len(form) > MAX_BODY:
        raise RequestTooLarge(megabytes=1)
    tree: Tree = {}
    for name, value in _pairs(form):
        if not name.startswith("X-Amz-"):  # a presigned request carries its signature here
            _plant(tree, name, value)
    action, version = tree.pop("Action", None), tree.pop("Version", None)
    if not isinstance(action, str) or not isinstance(version, str):
        raise Serialization("A request needs the parameters Action and Version.")
    operation = by_action(action, version)
    return operation, dict(_value(operation.input, tree))


def _pairs(form: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            form.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError:
        raise Serialization("The request is not a valid form.") from None


def _plant(tree: Tree, name: str, value: str) -> None:
    *branches, leaf = name.split(".")
    if len(branches) > _MAX_DEPTH:
        raise Serialization("A parameter name is nested too deeply.")
    for branch in branches:
        tree = tree.setdefault(branch, {})
        if not isinstance(tree, dict):
            raise Serialization("A parameter is both a value and a structure.")
    if leaf in tree:
        raise Serialization("The request has the same parameter twice.")
    tree[leaf] = value


def _value(shape_name: str, given: Any) -> Any:
    """A parameter as its shape has it. Parameters that the model does not have are left out."""
    shape = model("sts")["shapes"][shape_name]
    kind = shape["type"]
    if kind == "structure":
        members = _branches(given)
        return {
            name: _value(target["shape"], members[name])
            for name, target in shape["members"].items()
            if name in members
        }
    if kind == "list":
        return [_value(shape["member"]["shape"], item) for item in _elements(given)]
    if not isinstance(given, str):
        raise Serialization("A parameter must be a value and is a structure.")
    if kind == "integer":
        if not _INTEGER.fullmatch(given):
            raise Serialization("A parameter must be a number and is not.")
        return int(given)
    return given


def _branches(given: Any) -> Tree:
    if not isinstance(given, dict):
        raise Serialization("A parameter must be a structure and is a value.")
    return given


def _elements(given: Any) -> list[Any]:
    """The elements of `member.1`, `member.2`, ..., by number. An empty text is an empty list."""
    if given == "":
        return []
    members = _branches(_branches(given).get("member", {}))
    if not all(_LIST_PLACE.fullmatch(place) for place in members):
        raise Serialization("The elements of a list must be numbered from 1.")
    return [members[place] for place in sorted(members, key=int)]


def render(operation: Operation, result: Mapping[str, Any], request_id: str) -> bytes:
    """The XML of a success. Raises `TypeError` for a member that the model does not have."""
    content = "" if operation.output is None else _structure(operation.output, result)
    return (
        f'<{operation.name}Response xmlns="{_namespace()}">'
        f"<{operation.name}Result>{content}</{operation.name}Result>"
        f"<ResponseMetadata><RequestId>{_text(request_id)}</RequestId></ResponseMetadata>"
        f"</{operation.name}Response>"
    ).encode()


def render_error(error: ApiError, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """HTTP status, headers and body of an error, under the name that it has in the query protocol."""
    code, status = _named(error)
    fault = "Sender" if status < 500 else "Receiver"
    body = (
        f'<ErrorResponse xmlns="{_namespace()}"><Error><Type>{fault}</Type><Code>{_text(code)}</Code>'
        f"<Message>{_text(error.message)}</Message></Error><RequestId>{_text(request_id)}</RequestId>"
        "</ErrorResponse>"
    )
    return status, {"content-type": CONTENT_TYPE}, body.encode()


def _named(error: ApiError) -> tuple[str, int]:
    """Code and status. Credentials that ended have another name than a token that ended (1.20)."""
    if isinstance(error, CredentialsExpired):
        return "ExpiredToken", 403
    return _NAMES_HERE.get(error.code, (error.code, error.status))


def _namespace() -> str:
    return str(model("sts")["metadata"]["xmlNamespace"])


def _structure(shape_name: str, value: Mapping[str, Any]) -> str:
    members = model("sts")["shapes"][shape_name]["members"]
    unknown = value.keys() - members.keys()
    if unknown:
        raise TypeError(f"{shape_name} has no member {sorted(unknown)}")
    return "".join(
        f"<{name}>{_content(target['shape'], value[name])}</{name}>"
        for name, target in members.items()
        if value.get(name) is not None
    )


def _content(shape_name: str, value: Any) -> str:
    kind = model("sts")["shapes"][shape_name]["type"]
    if kind == "structure":
        return _structure(shape_name, value)
    if kind == "timestamp":
        return datetime.fromtimestamp(value // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _text(str(value))


def _text(text: str) -> str:
    """Text as XML content; characters that XML 1.0 cannot hold become question marks."""
    return html.escape(_NOT_XML.sub("?", text), quote=False)
