"""The two doors that are no operation and no page of a pool: explanations, and the files of user imports."""

from typing import Any

import pytest
from tests.isolation.stage import Stage
from tests.isolation.tenant import Tenant

from poolhouse.http.request import HttpRequest
from poolhouse.imports import uploads
from poolhouse.imports.uploads import UploadRefused
from poolhouse.web import caller
from poolhouse.web.explanations import Explanations
from poolhouse.web.metrics import Metrics


@pytest.fixture
def explain(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Any:
    """GET /explain as our administrator, whose signature is believed."""

    async def asked(pool_id: str, request_id: str) -> tuple[int, str]:
        env = stage.anew()

        async def identify(*_: Any) -> caller.Signer:
            return stage.administrator(env)

        monkeypatch.setattr(caller, "identify", identify)
        path = f"/explain/{pool_id}/{request_id}"
        response = await Explanations(env, Metrics()).page(HttpRequest("GET", path, "", (), b"", "", {}))
        assert response is not None
        return response.status, response.body.decode().replace(pool_id, "<pool>").replace(request_id, "<it>")

    return lambda whose, named: stage.run(asked(whose.first("pool"), named.first("explained")))


def test_an_attempt_of_another_tenant_is_explained_to_nobody_else(stage: Stage, explain: Any) -> None:
    ours, theirs, gone = stage.ours, stage.theirs, stage.gone

    assert explain(ours, theirs) == explain(ours, gone)
    assert explain(theirs, theirs) == explain(gone, gone)
    assert explain(ours, theirs)[0] == explain(theirs, theirs)[0] == 400
    assert explain(ours, ours)[0] == 200


def uploaded(stage: Stage, pool: Tenant, job: Tenant, signature: Tenant) -> str:
    """Where a file would go, or why it may not."""
    path = f"{uploads.PREFIX}{pool.first('pool')}/{job.first('job')}"
    try:
        target = stage.run(uploads.target(stage.anew(), path, signature.first("upload")))
    except UploadRefused as refused:
        return f"{refused.status} {refused.code}: {refused.message}"
    return target.key.job_id


def test_no_file_goes_to_the_import_of_another_tenant(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs, gone = stage.ours, stage.theirs, stage.gone
    monkeypatch.setattr(type(stage.anew().clock), "now", lambda clock: 0)  # every address is good still

    refusal = uploaded(stage, ours, gone, ours)

    assert refusal.startswith("403 AccessDenied: ")
    for pool, job, signature in ((ours, theirs, ours), (theirs, theirs, ours), (ours, theirs, theirs)):
        assert uploaded(stage, pool, job, signature) == refusal
    assert uploaded(stage, ours, ours, ours) == ours.first("job")
