"""Every page renders, says what it may do, and shows nothing unescaped."""

import pytest
from tests.oauth.pages.samples import FACE, VIEWS

from poolhouse.oauth.pages import render


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_has_a_title_one_heading_and_its_token(name):
    text = render.page(FACE, VIEWS[name]).body.decode()
    title = text.partition("<title>")[2].partition("</title>")[0]

    assert text.count("<h1>") == 1
    assert title.startswith("Error: ") == VIEWS[name].wrong
    assert title.endswith(" – Orchard")
    to_others = text.count('<form method="post" action="https://')  # who must not get it
    assert text.count("<form") - to_others == text.count(f'name="_csrf" value="{FACE.csrf}"')
