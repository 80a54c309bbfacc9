"""Refused: signed requests with anything wrong, each with one almost the same that is allowed."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.authorizer.signing import NOW, session, verifier
from tests.refusals.sigv4_holders import HOLDERS
from tests.refusals.sigv4_requests import Case, put
from tests.refusals.sigv4_rows import ROWS

from poolhouse.authorizer import sigv4
from poolhouse.authorizer.sigv4 import Refused, Request, s3
from poolhouse.ports import HOUR, MINUTE, SECOND

CASES = ROWS + HOLDERS


def let_through(case: Case, request: Request, at: Mapping[str, Any]) -> None:
    verifier(**case.options).verify(request, **at).demand(s3.actions(request))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_signed_request_is_refused(case: Case, count: Any) -> None:
    with pytest.raises(Refused) as refusal:
        let_through(case, case.refused(), case.at)

    assert type(refusal.value) is case.error, refusal.value
    count("refused", 1)
    let_through(case, case.twin(), case.at_twin)
    count("twins", 1)


def test_a_request_may_be_sent_again_within_its_time_alone() -> None:
    """SigV4 has no nonce: what is stolen on its way is good for its five minutes (docs/sigv4.md)."""
    request = put()

    for _ in range(2):
        verifier(now=NOW + 5 * MINUTE).verify(request)
    with pytest.raises(sigv4.OutOfTime):
        verifier(now=NOW + 5 * MINUTE + 2 * SECOND).verify(request)


def test_the_table_has_a_row_for_every_refusal() -> None:
    """`TooLarge` is the middleware's: see tests/authorizer/test_sigv4_asgi.py."""
    named = {getattr(sigv4, name) for name in sigv4.__all__}
    leaves = {found for found in named if isinstance(found, type) and issubclass(found, Refused)}

    assert {case.error for case in CASES} == leaves - {Refused, sigv4.TooLarge}


def test_the_session_of_the_rows_is_a_living_one() -> None:
    assert session().expires_at == NOW + HOUR
