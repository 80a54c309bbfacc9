"""`SigV4`: who signed a request, and what they may do.

The order of the checks: form, scope, time, credentials, signature; the body as it comes; then the policies.
"""

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct, structs

from poolhouse import errors as wire
from poolhouse.authorizer.sigv4 import body, conditions, errors
from poolhouse.authorizer.sigv4.body import Body
from poolhouse.authorizer.sigv4.credentials import Credentials
from poolhouse.authorizer.sigv4.errors import (
    Denied,
    ForeignScope,
    OutOfTime,
    UrlExpired,
    WrongHash,
    WrongSignature,
)
from poolhouse.directory.principals import Principal
from poolhouse.policies.evaluate import Answer
from poolhouse.ports import SECOND, Instant
from poolhouse.wire import canonical, sigv4
from poolhouse.wire.sigv4 import Proof, Request, Signed

SKEW = 300  # seconds


class Asked(Struct, frozen=True):
    """One thing that a request does: an action of IAM on an ARN. `keys` are those of its conditions."""

    action: str
    resource: str
    keys: Mapping[str, tuple[str, ...]] = {}


class Verified(Struct, frozen=True):
    """A request whose signature was right.

    principal  who signed it: `arn`, `user_id`, `keys` of whoever proved themselves
    keys       condition keys of the request
    body       None where the body was verified as a whole
    """

    principal: Principal
    access_key_id: str
    region: str
    service: str
    keys: Mapping[str, tuple[str, ...]]
    body: Body | None = None

    def may(self, asked: Asked) -> Answer:
        """Do the policies allow it?"""
        return self.principal.asks(asked.action, asked.resource, {**self.keys, **asked.keys})

    def demand(self, asked: Iterable[Asked]) -> None:
        """Raises `Denied` unless the policies allow all of it; nothing at all is not allowed either."""
        each = list(asked)
        if not each:
            raise Denied
        for one in each:
            answer = self.may(one)
            if not answer.allowed:
                raise Denied(
                    f"User: {self.principal.arn} is not authorized to perform: {one.action} on resource: "
                    f'"{one.resource}" {answer.because}'
                )


class SigV4:
    """Verifies requests of one service. Good for any number of threads and tasks.

        verifier = SigV4(Credentials(bundle="verifier.json"), service="s3", regions=["us-east-1"])
        verified = verifier.verify(request)
        verified.demand([Asked("s3:GetObject", "arn:aws:s3:::photos/cat.png")])

    service  the name that requests are signed for: s3, bedrock, execute-api, ...
    regions  those that requests may be signed for; none: any
    hosts    those that requests may be signed for, with their port; none: whatever the Host header says
    skew     seconds by which clocks may differ
    clock    microseconds since 1970
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        service: str,
        regions: Collection[str] | str = (),
        hosts: Collection[str] | str = (),
        skew: int = SKEW,
        clock: Callable[[], Instant] = lambda: time.time_ns() // 1_000,  # an application has no Clock port
    ) -> None:
        self._credentials = credentials
        self.service = service
        self.is_s3 = canonical.is_s3(service)
        self._regions = frozenset([regions] if isinstance(regions, str) else regions)
        self._hosts = frozenset(host.lower() for host in ([hosts] if isinstance(hosts, str) else hosts))
        self._skew = skew * SECOND
        self._clock = clock

    def verify(self, request: Request, *, secure: bool = True, address: str = "") -> Verified:
        """Of a request with its whole body. Raises `Refused`.

        secure   it came over TLS (aws:SecureTransport)
        address  of the client (aws:SourceIp)
        """
        if not self.is_s3:
            return self._of_whole(request, secure, address)
        verified = self.verify_head(request, secure=secure, address=address)
        decoder = verified.body
        if decoder is not None:
            decoder.feed(request.body)
            decoder.end()
        return structs.replace(verified, body=None)

    def verify_head(self, request: Request, *, secure: bool = True, address: str = "") -> Verified:
        """Of a request of S3 without its body, which goes through `body` of the answer. Raises `Refused`.

        The other services sign the body's hash without saying it: see `verify`.
        """
        if not self.is_s3:
            raise ValueError("Of this service the whole body is needed.")
        signed = self._read(request)
        payload = body.payload_of(signed)
        principal, proof = self._proven(signed, payload)
        return self._verified(signed, principal, secure, address, body.of(signed, proof, payload))

    def _of_whole(self, request: Request, secure: bool, address: str) -> Verified:
        signed = self._read(request)
        digest = hashlib.sha256(request.body).hexdigest()
        if signed.headers.get("x-amz-content-sha256", digest) != digest:
            raise WrongHash
        principal, _ = self._proven(signed, digest)
        return self._verified(signed, principal, secure, address, None)

    def _read(self, request: Request) -> Signed:
        try:
            signed = sigv4.parse_authorization(request)
            sigv4.check_scope(signed, self.service)
            self._check_time(signed)
        except wire.ApiError as error:
            raise errors.of(error) from None
        if self._hosts and signed.headers["host"].lower() not in self._hosts:
            raise ForeignScope("The request was signed for another host.")
        if self._regions and signed.region not in self._regions:
            expected = sorted(self._regions)[0]
            raise ForeignScope(
                f"The authorization header is malformed; the region '{signed.region}' is wrong; "
                f"expecting '{expected}'"
            )
        return signed

    def _check_time(self, signed: Signed) -> None:
        try:
            sigv4.check_time(signed, self._clock(), self._skew)
        except wire.SignatureExpired:
            raise (UrlExpired if signed.kind == "presigned" else OutOfTime) from None

    def _proven(self, signed: Signed, payload: str) -> tuple[Principal, Proof]:
        holder = self._credentials.holder(signed.access_key_id, signed.session_token, self._clock())
        try:
            return holder.principal, sigv4.prove(signed, holder.secret, payload)
        except wire.InvalidSignature:
            raise WrongSignature from None

    def _verified(
        self, signed: Signed, principal: Principal, secure: bool, address: str, coming: Body | None
    ) -> Verified:
        keys = conditions.of_request(signed, self._clock(), secure, address)
        return Verified(principal, signed.access_key_id, signed.region, signed.service, keys, coming)
