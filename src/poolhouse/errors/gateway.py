"""What the API gateway answers by itself (docs/gateway.md), and why an upstream brought no answer.

Words are those of Amazon API Gateway: of its HTTP APIs, and of its REST APIs for
functions that get REST events.
"""

from collections.abc import Mapping
from typing import ClassVar


class UpstreamDown(Exception):
    """There is no connection to the upstream, or it broke before there was an answer."""


class UpstreamLate(Exception):
    """The upstream took longer than the route allows."""


class UpstreamBroke(Exception):
    """The answer ended before it was whole."""


class GatewayRefusal(Exception):
    """An answer of the gateway's own."""

    status: ClassVar[int] = 500
    message: ClassVar[str] = "Internal Server Error"
    headers: ClassVar[Mapping[str, str]] = {}


class UnreadableRequest(GatewayRefusal):
    """Ours: a path that two servers might read as two paths."""

    status = 400
    message = "Bad Request"


class NoRoute(GatewayRefusal):
    status = 404
    message = "Not Found"


class BodyTooLarge(GatewayRefusal):
    """The words are [K]."""

    status = 413
    message = "Request Entity Too Large"
    headers: ClassVar[Mapping[str, str]] = {"connection": "close"}  # the rest of it is not read


class HeaderTooLarge(GatewayRefusal):
    """Ours: API Gateway has other limits."""

    status = 431
    message = "Request Header Fields Too Large"


class GatewayFault(GatewayRefusal):
    """An error of ours."""


class FunctionFault(GatewayRefusal):
    """HTTP APIs: the function raised, could not be called, or gave what is no answer."""


class FunctionSilent(GatewayRefusal):
    """HTTP APIs: the function took too long."""

    status = 503
    message = "Service Unavailable"


class RestFunctionFault(GatewayRefusal):
    """REST APIs, which write it so."""

    status = 502
    message = "Internal server error"


class RestFunctionSilent(GatewayRefusal):
    status = 504
    message = "Endpoint request timed out"


class ServiceUnavailable(GatewayRefusal):
    """The upstream cannot be reached."""

    status = 503
    message = "Service Unavailable"


class GatewayTimeout(GatewayRefusal):
    """The upstream took too long. That HTTP APIs answer 504 for a server, and 503 for a function, is [K]."""

    status = 504
    message = "Gateway Timeout"
