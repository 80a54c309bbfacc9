"""Which language a page speaks."""

from urllib.parse import parse_qs

import pytest

from poolhouse.oauth.pages import language


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "en"),
        ({"lang": "de"}, "de"),
        ({"lang": "pt-BR"}, "pt-BR"),
        ({"lang": "PT_br"}, "pt-BR"),
        ({"lang": "pt-PT"}, "pt-BR"),
        ({"lang": "zh-Hant-HK"}, "zh-TW"),
        ({"lang": "zh-Hans-SG"}, "zh-CN"),
        ({"lang": "fr-CA-x-private"}, "fr"),
        ({"lang": "xx"}, "en"),
        ({"lang": "xx", "ui_locales": "yy fr-CA de"}, "fr"),
        ({"lang": "", "cookie": "ja"}, "ja"),
        ({"lang": "it", "cookie": "ja", "accept": "ko"}, "it"),
        ({"accept": "sv, da;q=0.9, ko;q=0.8, en;q=0.7"}, "ko"),
        ({"accept": "en;q=0.1, nl;q=0.9"}, "nl"),
        ({"accept": "nl;q=0, id"}, "id"),
        ({"accept": "*"}, "en"),
        ({"accept": "nl;q=much, es"}, "es"),
        ({"accept": ";;;,,,=;q="}, "en"),
        ({"lang": "../../etc/passwd"}, "en"),
        ({"cookie": "<script>"}, "en"),
    ],
)
def test_the_first_language_that_we_speak_is_taken(given, expected):
    assert language.chosen(**given) == expected


def test_a_header_without_end_is_not_read_to_its_end():
    assert language.chosen(accept="xx," * 100 + "de") == "en"
    assert language.chosen(accept="xx," * 10 + "de") == "de"


def test_the_menu_keeps_what_the_page_carries():
    menu = {tag: address for tag, _, address in language.menu("client_id=1&state=a%26b&lang=en&nonce=")}

    assert list(menu) == list(language.LANGUAGES)
    assert parse_qs(menu["ja"][1:], keep_blank_values=True) == {
        "client_id": ["1"],
        "state": ["a&b"],
        "nonce": [""],
        "lang": ["ja"],
    }
