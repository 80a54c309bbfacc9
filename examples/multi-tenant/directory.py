"""A stand-in for the identity provider of a tenant: OpenID Connect with one press of a link, and no password.

A company has Entra ID, Okta, Keycloak or the like in its place. This is no example of how to write one.
"""

import html
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Directory</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<h1>The directory of {name}</h1><p><a href="/press?{query}">Sign in as {email}</a></p></html>"""


def application(config: dict[str, Any]) -> FastAPI:
    """config  `issuer`, `name`, `email` of its one person, `client_id`, `client_secret`, `redirect_uri`"""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    issuer, email = config["issuer"], config["email"]
    key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
    nonces: dict[str, str] = {}  # by code

    @api.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    @api.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    @api.get("/authorize", response_class=HTMLResponse)
    def authorize(state: str, nonce: str = "") -> str:
        query = html.escape(urlencode({"state": state, "nonce": nonce}))
        return _PAGE.format(name=html.escape(config["name"]), email=html.escape(email), query=query)

    @api.get("/press")
    def press(state: str, nonce: str = "") -> RedirectResponse:
        code = secrets.token_urlsafe()
        nonces[code] = nonce
        return RedirectResponse(f"{config['redirect_uri']}?{urlencode({'code': code, 'state': state})}", 302)

    @api.post("/token")
    async def token(request: Request) -> dict[str, Any]:
        form = dict(parse_qsl((await request.body()).decode()))
        code, client_id = form.get("code", ""), config["client_id"]
        right = (form.get("client_id"), form.get("client_secret")) == (client_id, config["client_secret"])
        if not right or code not in nonces:
            raise HTTPException(400)
        now = int(time.time())
        claims = {"iss": issuer, "aud": client_id, "sub": "1", "email": email, "email_verified": True}
        claims |= {"iat": now, "exp": now + 300, "nonce": nonces.pop(code)}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        return {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed}

    @api.get("/userinfo")
    def userinfo() -> dict[str, Any]:
        return {"sub": "1", "email": email, "email_verified": True}

    return api


if __name__ == "__main__":
    known = json.loads(Path(sys.argv[1]).read_text())
    uvicorn.run(application(known), host="127.0.0.1", port=known["port"], log_level="warning")
