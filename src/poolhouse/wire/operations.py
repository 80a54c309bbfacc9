"""Which operations exist, what the AWS models say about each, and who handles them.

Nothing here is typed by hand: it is read from the service models in `models/`, at the first call.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from poolhouse.errors import UnknownOperation

SERVICES = ("cognito-idp", "cognito-identity", "sts")

Key = tuple[str, str]  # service, operation name
Handler = Callable[..., Awaitable[Mapping[str, Any]]]
H = TypeVar("H", bound=Handler)

LARGEST_BODY = 1024 * 1024  # bytes
# Operations that carry images have the 2 MB that AWS documents for them.
_LARGER_BODIES = {
    "CreateManagedLoginBranding": 2 * LARGEST_BODY,
    "UpdateManagedLoginBranding": 2 * LARGEST_BODY,
}

# App clients call these with id and secret, though the model lets SDKs sign them. With True a signature
# counts in place of the secret (documentation of the model; behaviour file, 1.2).
_BY_CLIENTS: Mapping[str, bool] = {"GetClientToken": False, "GetDerivedToken": True}

_MODELS = Path(__file__).parent / "models"
_handlers: dict[Key, Handler] = {}


class Operation(Struct, frozen=True):
    """One operation, as the model declares it."""

    service: str  # also the service name of a SigV4 credential scope
    name: str
    input: str  # name of the input shape
    output: str | None  # name of the output shape; None answers an empty body
    errors: frozenset[str]  # the codes that this operation may answer
    needs_signature: bool  # SigV4; False for public operations and for those that take an access token
    takes_access_token: bool
    may_be_signed: bool = False  # by SigV4, or else the app client proves itself

    @property
    def action(self) -> str:
        """Its name in an IAM policy, such as `cognito-idp:AdminGetUser`."""
        return f"{self.service}:{self.name}"


@cache
def model(service: str) -> Mapping[str, Any]:
    """The stripped `service-2.json` of one of SERVICES."""
    decoded: dict[str, Any] = msgspec.json.decode((_MODELS / f"{service}.json").read_bytes())
    return MappingProxyType(decoded)


@cache
def operations() -> Mapping[Key, Operation]:
    """Every operation of every service, supported or not."""
    return MappingProxyType(
        {
            (service, name): _declared(service, name)
            for service in SERVICES
            for name in model(service)["operations"]
        }
    )


def _declared(service: str, name: str) -> Operation:
    shapes = model(service)["shapes"]
    declared = model(service)["operations"][name]
    input_shape = declared["input"]["shape"]
    return Operation(
        service=service,
        name=name,
        input=input_shape,
        output=declared.get("output", {}).get("shape"),
        errors=frozenset(_code(shapes, error["shape"]) for error in declared.get("errors", ())),
        needs_signature="smithy.api#noAuth" not in declared.get("auth", ()) and name not in _BY_CLIENTS,
        takes_access_token="AccessToken" in shapes[input_shape]["members"],
        may_be_signed=_BY_CLIENTS.get(name, False),
    )


def _code(shapes: Mapping[str, Any], error: str) -> str:
    """What the wire calls an error: STS gives some a code that is not the name of the shape."""
    return str(shapes[error].get("error", {}).get("code", error))


@cache
def _targets() -> Mapping[str, Operation]:
    prefixes = {service: model(service)["metadata"].get("targetPrefix") for service in SERVICES}
    return MappingProxyType(
        {
            f"{prefixes[service]}.{name}": operation
            for (service, name), operation in operations().items()
            if prefixes[service] is not None
        }
    )


def by_target(target: str) -> Operation:
    """The operation that an `X-Amz-Target` header names. Raises `UnknownOperation`."""
    found = _targets().get(target)
    if found is None:
        raise UnknownOperation
    return found


def largest_body(target: str) -> int:
    """In bytes, by an `X-Amz-Target` header, whether it names an operation or not."""
    return _LARGER_BODIES.get(target.rpartition(".")[2], LARGEST_BODY)


def by_action(action: str, version: str) -> Operation:
    """The STS operation that `Action` and `Version` of a query request name. Raises `UnknownOperation`."""
    found = operations().get(("sts", action))
    if found is None or version != model("sts")["metadata"]["apiVersion"]:
        raise UnknownOperation(f"Could not find operation {action[:128]} for version {version[:32]}")
    return found


def operation(name: str, service: str = "cognito-idp") -> Callable[[H], H]:
    """Register the decorated function, `async def handler(ctx, request) -> dict`, as the handler.

    Raises `ValueError`, while the handler's module is imported, for a name that the model does not
    have and for a second handler of one operation.
    """
    key = (service, name)
    if key not in operations():
        raise ValueError(f"{service} has no operation {name}")
    if key in _handlers:
        raise ValueError(f"{service} {name} has a handler already: {_handlers[key].__module__}")

    def register(handler: H) -> H:
        _handlers[key] = handler
        return handler

    return register


def registered() -> Mapping[Key, Handler]:
    """The handlers of all modules imported so far."""
    return MappingProxyType(_handlers)
