"""What the pages show where a visit ends, or leaves for elsewhere (UI guide, 7.15 and 7.16). As views.py."""

from typing import ClassVar, Literal

from poolhouse.oauth.pages.face import Hidden
from poolhouse.oauth.pages.parts import View


class SignedOut(View, frozen=True, kw_only=True):
    """7.15. `providers`: where the person may still be signed in."""

    name: ClassVar[str] = "signed_out"
    providers: tuple[str, ...] = ()


class Onward(View, frozen=True, kw_only=True):
    """To a provider that takes only posts: a button, and what goes along. The targets must cover `to`."""

    name: ClassVar[str] = "onward"
    provider: str
    to: str
    fields: Hidden


class Leaving(View, frozen=True, kw_only=True):
    """To another site, by itself: after a form, which must not lead there (ADR 28). `to` was checked."""

    name: ClassVar[str] = "leaving"
    to: str


class Error(View, frozen=True, kw_only=True):
    """7.16: nothing can go on here. No link or button is made from what the request said.

    kind     link: redirect, client or parameter wrong; unavailable: no style for this client (403);
             late: a provider took more than five minutes; provider: no provider to go to; ours: our fault
    error    the code, such as `redirect_mismatch`
    message  Cognito's own sentence, for those who search for it
    client_id, request_id, time  for the app's team; "" leaves the line out
    again    address for **Start again**; "": none
    """

    name: ClassVar[str] = "error"
    kind: Literal["link", "unavailable", "late", "provider", "ours"] = "link"
    error: str = ""
    message: str = ""
    client_id: str = ""
    request_id: str = ""
    time: str = ""
    again: str = ""

    @property
    def wrong(self) -> bool:
        return True
