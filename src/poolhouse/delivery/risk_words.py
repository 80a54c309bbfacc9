"""The usual words of mails about sign-ins that look odd, for pools that have none of their own.

Cognito has some too; these are ours [K]. They have the places of NotifyEmailType (behaviour file, 7.2), and a
place that stands in an attribute stands in quotes there.
"""

from collections.abc import Sequence

from msgspec import Struct

BLOCK, NO_ACTION, MFA = "BlockEmail", "NoActionEmail", "MfaEmail"


class Words(Struct, frozen=True):
    """`html` and `text` say the same; where a pool has set only one of them, the other is empty."""

    subject: str
    html: str
    text: str


_SUBJECTS = {
    BLOCK: "We blocked a sign-in to your account",
    NO_ACTION: "A new sign-in to your account",
    MFA: "We asked for a second proof at a sign-in to your account",
}
_HEADINGS = {
    BLOCK: "We blocked a sign-in",
    NO_ACTION: "Was this you?",
    MFA: "We asked for a second proof",
}
_LEADS = {
    BLOCK: "Somebody tried to sign in to your account. It did not look like you, so we stopped it.",
    NO_ACTION: "Somebody signed in to your account in a way that we have not seen before.",
    MFA: "Somebody tried to sign in to your account. It did not look like you, so we asked for more proof.",
}
_NOT_YOU = "If it was not you, tell us, and choose a new password."
_YOU = "If it was you, tell us too, so that we know you the next time."
_FACTS = (
    ("Account", "{username}"),
    ("Time", "{login-time}"),
    ("Place", "{city}, {country}"),
    ("IP address", "{ip-address}"),
    ("Device", "{device-name}"),
)
_PLACE = "Place"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%(subject)s</title>
</head>
<body style="margin:0;padding:24px 12px;background:#f6f8f7;color:#2c3d3c;\
font:16px/24px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:448px;margin:0 auto;padding:32px 28px;background:#ffffff;border-radius:14px">
<h1 style="margin:0 0 10px;color:#0e1f1f;font-size:24px;line-height:30px">%(heading)s</h1>
<p style="margin:0 0 20px">%(lead)s</p>
<table role="presentation" style="width:100%%;margin:0 0 24px;border-collapse:collapse">
%(facts)s
</table>
<p style="margin:0 0 10px">%(not_you)s</p>
<p style="margin:0 0 24px"><a href="{one-click-link-invalid}" style="display:inline-block;padding:11px 20px;\
border-radius:9px;background:#0b5c63;color:#ffffff;font-weight:600;text-decoration:none">It wasn’t me</a></p>
<p style="margin:0 0 10px">%(you)s</p>
<p style="margin:0"><a href="{one-click-link-valid}" style="display:inline-block;padding:10px 19px;\
border:1px solid #738483;border-radius:9px;color:#0b5c63;font-weight:600;text-decoration:none">It was me</a>
</p>
</div>
</body>
</html>
"""
_ROW = """\
<tr><th scope="row" style="padding:4px 14px 4px 0;color:#536463;font-weight:400;text-align:left;\
vertical-align:top;white-space:nowrap">%s</th><td style="padding:4px 0;overflow-wrap:anywhere">%s</td></tr>"""


def usual(kind: str, *, placed: bool) -> Words:
    """
    kind    BLOCK, NO_ACTION, MFA
    placed  it is known where the sign-in came from; else nothing is said of that
    """
    facts = [(label, place) for label, place in _FACTS if placed or label != _PLACE]
    return Words(_SUBJECTS[kind], _html(kind, facts), _text(kind, facts))


def _html(kind: str, facts: Sequence[tuple[str, str]]) -> str:
    return _PAGE % {
        "subject": _SUBJECTS[kind],
        "heading": _HEADINGS[kind],
        "lead": _LEADS[kind],
        "facts": "\n".join(_ROW % fact for fact in facts),
        "not_you": _NOT_YOU,
        "you": _YOU,
    }


def _text(kind: str, facts: Sequence[tuple[str, str]]) -> str:
    listed = "\n".join(f"{label}: {place}" for label, place in facts)
    return (
        f"{_LEADS[kind]}\n\n{listed}\n\n"
        f"{_NOT_YOU}\n{{one-click-link-invalid}}\n\n{_YOU}\n{{one-click-link-valid}}\n"
    )
