"""Links in mails: one confirms a sign-up (behaviour file, 3.6 and 6.1), two say whose a sign-in was (7.2)."""

from urllib.parse import urlencode, urlsplit

from poolhouse.context import Ctx
from poolhouse.directory import domains
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User

PATH = "/confirmUser"
FEEDBACK_PATH = "/eventFeedback"  # the name is ours
BY_LINK = "CONFIRM_WITH_LINK"


def confirms_by_link(pool: Pool) -> bool:
    """Does a sign-up by e-mail get a link in place of a code?"""
    template = pool.config.get("VerificationMessageTemplate", {})
    return bool(template.get("DefaultEmailOption") == BY_LINK)


def base(ctx: Ctx) -> str:
    """Where the pool's pages are. It is made from the settings and the pool, never from a request."""
    return domains.base(ctx.env.settings, ctx.pool.pool_id, ctx.snapshot.domains if ctx.snapshot else ())


def host(ctx: Ctx) -> str:
    """The host name of `base`, without a port."""
    return urlsplit(base(ctx)).hostname or ""


def confirmation(ctx: Ctx, user: User, code: str) -> str:
    """The address that confirms the user. Empty where no app client asks, which a link has to name."""
    if ctx.app_client is None:
        return ""
    asked = {"client_id": ctx.client.client_id, "user_name": user.username, "confirmation_code": code}
    return f"{base(ctx)}{PATH}?{urlencode(asked)}"


def feedback(ctx: Ctx, token: str, value: str) -> str:
    """The address that says of a sign-in that it was the user's own (`Valid`) or not (`Invalid`)."""
    client = {"client_id": ctx.app_client.client_id} if ctx.app_client else {}
    return f"{base(ctx)}{FEEDBACK_PATH}?{urlencode({**client, 'value': value, 'token': token})}"
