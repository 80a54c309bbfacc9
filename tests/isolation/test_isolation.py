"""Whatever of another tenant's a request names, it is answered as what does not exist."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.isolation import exceptions, oracle, walk
from tests.isolation.cases import IDP
from tests.isolation.identity_cases import IDENTITY
from tests.isolation.sign_in_cases import SIGN_INS
from tests.isolation.stage import Outcome, Stage
from tests.isolation.templates import Case, Id, Path, filled
from tests.isolation.tenant import Tenant

from poolhouse.wire.operations import Operation, operations, registered

CASES = (*IDP, *SIGN_INS, *IDENTITY)
LABELS = [case.label for case in CASES]

Choice = tuple[str, int]  # ours, theirs, gone or never, and which of its values
OURS: Choice = ("ours", 0)


def operation_of(case: Case) -> Operation:
    service, _, name = case.operation.partition(":")
    return operations()[(service, name)]


def is_place(case: Case, path: Path) -> bool:
    return bool(exceptions.place(case.operation, ".".join(path), signed=operation_of(case).needs_signature))


def values(tenant: Tenant, hole: Id, *, own: bool) -> list[Any]:
    kind = hole.kind if own else hole.of_others
    if kind.startswith("page:") and kind not in tenant.ids:
        return [] if own else tenant.ids["page:ListUsers"]
    return tenant.ids[kind]


class Question:
    """A case whose holes are filled as `chosen` says, and with our own values where it says nothing."""

    def __init__(self, stage: Stage, case: Case, chosen: Mapping[Path, Choice]) -> None:
        self.drawn: list[Any] = []
        self._stage, self._case, self._chosen = stage, case, chosen
        self.request = filled(case.members, self._choose)

    def _choose(self, path: Path, hole: Id) -> Any:
        whose, number = self._chosen.get(path, OURS)
        tenant = self._stage.theirs if whose == "never" else getattr(self._stage, whose)
        found = values(tenant, hole, own=whose == "ours")
        if not found:
            return None
        value = found[min(number, len(found) - 1)]
        if whose == "never":
            value = oracle.never_was(value)
        if path in self._chosen:
            self.drawn.append(value)
        return value

    def answer(self) -> Outcome:
        return self._stage.ask(operation_of(self._case), self.request, self._case.before)


def differences(
    stage: Stage, case: Case, chosen: Mapping[Path, Choice], nobodys: tuple[str, ...] = ("gone",)
) -> list[str]:
    """What an answer with another tenant's values tells, and what it does to them.

    nobodys  what does not exist: what is `gone`, and what `never` was but looks like theirs
    """
    theirs = Question(stage, case, chosen)
    said = theirs.answer()
    found = []
    if not stage.untouched and stage.rows_of(stage.theirs) != stage.theirs_before:
        found.append(f"{case.label} with {_named(chosen)} changed rows of theirs")
    if _known(case, chosen):
        return found
    for whose in nobodys:
        nobody = Question(stage, case, {path: (whose, number) for path, (_, number) in chosen.items()})
        named = f"{case.label} with {_named(chosen)}, beside what is {whose}"
        found += oracle.told(named, said, nobody.answer(), [*theirs.drawn, *nobody.drawn])
    return found


def _named(chosen: Mapping[Path, Choice]) -> str:
    return ", ".join(f"{'.'.join(path)} #{number}" for path, (_, number) in chosen.items())


def _known(case: Case, chosen: Mapping[Path, Choice]) -> bool:
    return exceptions.is_told(case.operation, frozenset(".".join(path) for path in chosen))


def foreign(stage: Stage, case: Case) -> list[tuple[Path, int]]:
    """Every hole that another tenant's value can stand in, with each of those values."""
    return [
        (path, number)
        for path, hole in case.holes.items()
        if not is_place(case, path)
        for number in range(len(values(stage.theirs, hole, own=False)))
    ]


def mixed(stage: Stage, case: Case) -> list[Path]:
    """Without what is known to be told: with logins that fit, it is their own request."""
    holes = {path for path, _ in foreign(stage, case)}
    return sorted(path for path in holes if not _known(case, {path: OURS}))


@pytest.mark.parametrize("case", CASES, ids=LABELS)
def test_our_own_request_reaches_the_operation(stage: Stage, case: Case) -> None:
    outcome = Question(stage, case, {}).answer()

    assert outcome.code == case.ends, outcome.body


@pytest.mark.parametrize("case", CASES, ids=LABELS)
def test_what_is_another_tenants_does_not_exist(stage: Stage, case: Case) -> None:
    found = [
        difference
        for path, number in foreign(stage, case)
        for difference in differences(stage, case, {path: ("theirs", number)}, _nobodys(case, path))
    ]

    assert not found, "\n".join(found)


def _nobodys(case: Case, path: Path) -> tuple[str, ...]:
    told = (case.operation, ".".join(path)) in exceptions.BROKEN
    return ("gone",) if told else ("gone", "never")


@settings(max_examples=250, **oracle.QUESTIONS)
@given(data=st.data())
def test_neither_do_several_things_of_another_tenant_at_once(stage: Stage, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([one for one in CASES if len(mixed(stage, one)) > 1]))
    holes = mixed(stage, case)
    paths = data.draw(st.lists(st.sampled_from(holes), min_size=2, unique=True))
    chosen: dict[Path, Choice] = {path: ("theirs", data.draw(st.integers(0, 3))) for path in paths}

    assert not differences(stage, case, chosen)


def test_every_exception_is_needed(stage: Stage) -> None:
    """What is said to be told is told, else the exception hides something."""
    for operation, paths, _ in exceptions.DIFFERENT:
        case = next(one for one in CASES if one.operation == operation and paths <= walk.asked(one))
        chosen: dict[Path, Choice] = {path: ("theirs", 0) for path in case.holes if ".".join(path) in paths}
        gone: dict[Path, Choice] = dict.fromkeys(chosen, ("gone", 0))
        asked, nowhere = Question(stage, case, chosen), Question(stage, case, gone)
        drawn = [*asked.drawn, *nowhere.drawn]
        assert oracle.plain(asked.answer(), drawn) != oracle.plain(nowhere.answer(), drawn), operation


def test_no_identifier_of_any_operation_is_left_out() -> None:
    asked: dict[str, set[str]] = {}
    for case in CASES:
        asked.setdefault(case.operation, set()).update(walk.asked(case))
    missing = {
        (f"{service}:{name}", path)
        for service, name in registered()
        for path in walk.identifiers(operations()[(service, name)])
        if path not in asked.get(f"{service}:{name}", set())
    }

    assert sorted(missing) == sorted(exceptions.EXCUSED)
