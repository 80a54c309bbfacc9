"""STS AssumeRoleWithWebIdentity: a token is traded for temporary credentials (behaviour file, 1.20)."""

from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import OnlyOpenIdTokens
from poolhouse.sts import answers, web_tokens
from poolhouse.tokens import assume
from poolhouse.wire.operations import operation


@operation("AssumeRoleWithWebIdentity", service="sts")
async def assume_role_with_web_identity(ctx: Ctx, req: dict[str, Any]) -> dict[str, Any]:
    """The token is verified first, then the role's trust policy decides. Nobody signs this call."""
    answers.refuse_unsupported(req)
    if "ProviderId" in req:
        raise OnlyOpenIdTokens
    identity, provider = await web_tokens.verified(ctx, req["WebIdentityToken"])
    made = await assume.with_web_identity(
        ctx.env,
        ctx.env.settings.region,
        identity,
        req["RoleArn"],
        req["RoleSessionName"],
        req.get("DurationSeconds", answers.DEFAULT_SECONDS),
        answers.session_policies(req),
        ctx.now,
        ctx.address,
    )
    answer = answers.assumed(made) | {
        "SubjectFromWebIdentityToken": identity.subject,
        "Provider": provider,
        "Audience": identity.audience,
    }
    if identity.source_identity:
        answer["SourceIdentity"] = identity.source_identity
    return answer
