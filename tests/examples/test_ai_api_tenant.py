"""The example's functions: which claims a token gets, and what of them is answered."""

from typing import Any

import pytest
from tests.examples.ai_api import handler


def event(**attributes: str) -> dict[str, Any]:
    return {"request": {"userAttributes": attributes}, "response": {}}


def test_both_tokens_say_the_tenant_that_the_operator_wrote() -> None:
    answered = handler("tenant")(event(**{"custom:tenant_id": "acme", "tenant_id": "globex"}), None)

    details = answered["response"]["claimsAndScopeOverrideDetails"]
    assert details["accessTokenGeneration"]["claimsToAddOrOverride"] == {"tenant_id": "acme"}
    assert details["idTokenGeneration"]["claimsToAddOrOverride"] == {"tenant_id": "acme"}


def test_who_belongs_to_no_tenant_gets_no_token() -> None:
    with pytest.raises(ValueError, match="belongs to no tenant"):
        handler("tenant")(event(email="eve@example.com"), None)


def test_me_answers_what_the_gateway_has_verified() -> None:
    claims = {"sub": "1", "tenant_id": "acme", "email": "ada@acme.example"}

    answered = handler("me")({"requestContext": {"authorizer": {"jwt": {"claims": claims}}}}, None)

    assert answered == {"user": "1", "tenant": "acme"}
