"""The languages of a page that has a form: its menu posts the form, which does nothing but show it again.

A page that answers a post has no address that would show it, and links would lose what was typed. So each
language is a button of the page's form (UI guide, 8; `face.Face.menu`). What it posts is taken as if the
query had asked for the language, so that all pages that follow do.
"""

from poolhouse.errors import OAuthError
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.pages import language
from poolhouse.oauth.visit import Visit

SHOWN = "shown"  # the hidden field of a page in which nothing is typed: which one it is


def spoken(visit: Visit) -> Visit:
    """The visit, in the language that its form asks for."""
    if visit.request.method != "POST" or b"lang=" not in visit.request.body:
        return visit
    try:
        lang = visit.form.get(language.FIELD, "")
    except OAuthError:
        return visit  # which is said when the form is read
    return visit.in_language(lang) if lang else visit


def changed(form: Parameters) -> bool:
    """Is this no answer to the page, but the same page in another language?"""
    return language.FIELD in form
