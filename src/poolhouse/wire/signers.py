"""Signing what we send to services of AWS, or to what speaks like them, whatever the method."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from poolhouse.ports import Instant
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials, Request

Headers = tuple[tuple[str, str], ...]


class Signer(Struct, frozen=True):
    """Makes signatures at the time that `now` says."""

    now: Callable[[], Instant]

    def sign(
        self,
        access: tuple[str, str],
        scope: tuple[str, str],
        target: tuple[str, str],
        headers: Headers,
        body: bytes,
    ) -> Mapping[str, str]:
        """The headers to add before a request is sent.

        access  an access key and its secret
        scope   Region and service
        target  method and path, percent-encoded
        """
        request = Request(*target, "", headers, body)
        return sigv4.sign(request, Credentials(*access), *scope, self.now())
