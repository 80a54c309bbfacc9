"""The pages and endpoints of a pool with what is another tenant's: it does not exist there."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.isolation import oracle
from tests.isolation.page_cases import CASES, PageCase
from tests.isolation.stage import Outcome, Stage
from tests.isolation.templates import Id, Path, filled, holes

from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.oauth.routes import ROUTES
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

LABELS = [case.label for case in CASES]
Chosen = Mapping[Path, tuple[str, int]]


class Visit:
    """A request to our pool, with what `chosen` says of others."""

    def __init__(self, stage: Stage, case: PageCase, chosen: Chosen) -> None:
        self.drawn: list[Any] = []
        self._stage, self._case, self._chosen = stage, case, chosen
        self.parts = filled(case.members, self._choose)

    def _choose(self, path: Path, hole: Id) -> Any:
        whose, number = self._chosen.get(path, ("ours", 0))
        tenant = getattr(self._stage, whose)
        found = tenant.ids[hole.kind if whose == "ours" else hole.of_others]
        value = found[min(number, len(found) - 1)]
        if path in self._chosen:
            self.drawn.append(value)
        return value

    def answer(self) -> Outcome:
        return outcome(self._stage.run(self._sent()))

    async def _sent(self) -> Response:
        pool, env = self._stage.ours.first("pool"), self._stage.anew()
        headers = {"content-type": "application/x-www-form-urlencoded", **self.parts["headers"]}
        if self.parts["cookies"]:
            pairs = self.parts["cookies"].items()
            headers["cookie"] = "; ".join(f"{name}-{pool}={value}" for name, value in pairs)
        body = urlencode(self.parts["form"]).encode()
        path, query = f"/{pool}{self._case.path}{self.parts['rest']}", urlencode(self.parts["query"])
        request = HttpRequest(
            self._case.method, path, query, tuple(headers.items()), body, "203.0.113.7", headers
        )
        response = await Hosted(env, Metrics()).page(request)
        assert response is not None
        return response


def outcome(response: Response) -> Outcome:
    """`code` says in a word how it ended, as PageCase.ends does."""
    headers = [(name.decode(), value.decode()) for name, value in response.headers]
    told = [
        (name, value) for name, value in headers if name in ("location", "set-cookie", "www-authenticate")
    ]
    return Outcome(
        response.status,
        _ending(response.status, dict(headers), response.body),
        [told, response.body.decode("latin-1")],
    )


def _ending(status: int, headers: Mapping[str, str], body: bytes) -> str:
    if "location" in headers:
        return f"{status} {_where(headers['location'])}"
    kind = headers.get("content-type", "")
    if kind.startswith("text/html"):
        return f"{status} page"
    if kind.startswith("application/json") and status >= 400:
        return f"{status} {json.loads(body).get('error', '')}"
    return str(status)


def _where(address: str) -> str:
    parts = urlsplit(address)
    if parts.netloc.endswith("example.com") or parts.path == "/back":
        return "back error" if "error" in parts.query else "back"
    if parts.netloc.startswith("localhost"):
        return "/" + parts.path.split("/", 2)[2]
    return "elsewhere"


def differences(stage: Stage, case: PageCase, chosen: Chosen) -> list[str]:
    theirs = Visit(stage, case, chosen)
    said = theirs.answer()
    named = ", ".join(f"{'.'.join(path)} #{number}" for path, (_, number) in chosen.items())
    found = []
    if not stage.untouched and stage.rows_of(stage.theirs) != stage.theirs_before:
        found.append(f"{case.label} with {named} changed rows of theirs")
    gone = Visit(stage, case, {path: ("gone", number) for path, (_, number) in chosen.items()})
    return found + oracle.told(
        f"{case.label} with {named}", said, gone.answer(), [*theirs.drawn, *gone.drawn]
    )


@pytest.mark.parametrize("case", CASES, ids=LABELS)
def test_our_own_visit_reaches_the_page(stage: Stage, case: PageCase) -> None:
    found = Visit(stage, case, {}).answer()

    assert found.code == case.ends, found.body


@pytest.mark.parametrize("case", CASES, ids=LABELS)
def test_on_the_pages_what_is_another_tenants_does_not_exist(stage: Stage, case: PageCase) -> None:
    found = [
        difference
        for path, hole in holes(case.members)
        for number in range(len(stage.theirs.ids[hole.of_others]))
        for difference in differences(stage, case, {path: ("theirs", number)})
    ]

    assert not found, "\n".join(found)


@settings(max_examples=100, **oracle.QUESTIONS)
@given(data=st.data())
def test_nor_do_several_things_of_another_tenant_on_the_pages(stage: Stage, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([one for one in CASES if len(list(holes(one.members))) > 1]))
    paths = data.draw(
        st.lists(st.sampled_from([path for path, _ in holes(case.members)]), min_size=2, unique=True)
    )

    assert not differences(stage, case, {path: ("theirs", data.draw(st.integers(0, 2))) for path in paths})


def test_every_page_and_endpoint_is_visited() -> None:
    visited = {(case.path, case.method) for case in CASES}

    assert {(path, method) for path, methods in ROUTES.items() for method in methods} - visited == set()
