"""Making an account on the pages: /signup, /confirm, /resendcode (UI guide, 7.10 and 7.11)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oauth.sign_up.newcomers import ADA, Newcomer, confirmed_by, pool_of
from tests.server import Server, dev_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("signup")
    with dev_server(folder) as running:
        yield running


def test_somebody_signs_up_with_the_code_from_the_mail_and_is_signed_in(server: Server):
    ada = Newcomer(pool_of(server))

    waiting = ada.signed_up()

    assert waiting.status_code == 200
    assert "a***@e***" in waiting.text
    back = ada.confirm(waiting, ada.code())
    assert confirmed_by(back)
    assert ada.place.status(ADA) == "CONFIRMED"
