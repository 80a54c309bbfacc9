"""What browsers and apps of a tenant hold that have been on its pages: cookies, forms, codes, tokens."""

import re
from urllib.parse import urlencode

import httpx2
from tests.isolation.tenant import Tenant, person
from tests.oauth.apps import CALLBACK, VERIFIER
from tests.oauth.sign_in.inside import Visitor
from tests.oauth.walk import forms, parameters
from tests.refusals.scene import PASSWORD
from tests.refusals.sign_up_pages import EMAIL_FIELD, at, followed, resetting

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def browsed(tenant: Tenant) -> None:
    """One browser that is signed in, and one on its way, which has a provider's page open too."""
    signed_in, on_its_way = Visitor(tenant.scene), Visitor(tenant.scene)
    await _signed_in(tenant, signed_in)
    await _away(tenant, on_its_way)
    await _on_its_way(tenant, on_its_way)


async def _signed_in(tenant: Tenant, visitor: Visitor) -> None:
    back = await visitor.enter(tenant.name("only"), PASSWORD)
    first = await _redeemed(visitor, parameters(back)["code"])
    again = await visitor.http.get(visitor.app.authorize())
    tenant.know(
        sso=_cookie(visitor, "cognito"),
        code=parameters(again)["code"],
        hosted_access=first["access_token"],
        hosted_refresh=first["refresh_token"],
        signed_in_csrf=_cookie(visitor, "XSRF-TOKEN"),
    )


async def _redeemed(visitor: Visitor, code: str) -> dict[str, str]:
    form = visitor.app.redeem(code, code_verifier=VERIFIER, redirect_uri=CALLBACK)
    body = urlencode(form).encode()
    answer = await visitor.http.post(f"{visitor.app.base}/oauth2/token", content=body, headers=FORM)
    return dict(answer.json())


async def _away(tenant: Tenant, visitor: Visitor) -> None:
    """The browser is at the provider, and would come back with this state."""
    away = await visitor.http.get(visitor.app.authorize(identity_provider=tenant.name("corp")))
    tenant.know(journey=parameters(away)["state"], journey_cookie=_cookie(visitor, "csrf-state"))


async def _on_its_way(tenant: Tenant, visitor: Visitor) -> None:
    """Forms of a second factor, of the code after a sign-up, and of a new password."""
    files = re.findall(r"/_brand/([^\"]+)", (await visitor.page()).text)
    factor = await visitor.enter("ada", PASSWORD)
    signing_up = await at(visitor, "/signup")
    typed = {
        "username": tenant.name("gil"),
        "password": PASSWORD,
        EMAIL_FIELD: f"gil@{tenant.letter}.example",
    }
    confirming = await followed(visitor, await visitor.submit(signing_up, **typed))
    confirm_code = await visitor.code()
    reset = await resetting(visitor, await person(tenant, "ivy"))
    tenant.know(
        brand_file=sorted(set(files)),
        csrf=_cookie(visitor, "XSRF-TOKEN"),
        factor=_hidden(factor, "state"),
        confirming=_hidden(confirming, "carried"),
        confirm_code=confirm_code,
        resetting=_hidden(reset, "carried"),
        reset_code=await visitor.code(),
    )


def _hidden(page: httpx2.Response, name: str) -> str:
    return forms(page.text)[0].hidden[name]


def _cookie(visitor: Visitor, name: str) -> str:
    found = [one.value for one in visitor.http.cookies.jar if one.name.startswith(name)]
    assert found, f"no cookie {name}"
    return str(found[-1])
