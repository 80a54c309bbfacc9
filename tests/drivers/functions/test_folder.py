"""The folder of a local function."""

import pytest

from poolhouse.drivers.functions import folder
from poolhouse.drivers.functions.folder import BadFunction

TOML = "function.toml"


@pytest.fixture
def here(tmp_path):
    (tmp_path / "handler.py").write_text("")
    return tmp_path


def test_a_handler_is_enough(here):
    code = folder.read(here, 128)

    assert (code.handler, code.memory, code.environment, code.is_node) == (
        here / "handler.py",
        128,
        {},
        False,
    )


def test_a_folder_may_set_memory_and_environment(here):
    (here / TOML).write_text(
        'memory = 256\n[environment]\nTABLE_1 = "users=1"\nAWS_ENDPOINT_URL = "http://s3"\n'
    )

    code = folder.read(here, 128)

    assert (code.memory, code.environment) == (256, {"TABLE_1": "users=1", "AWS_ENDPOINT_URL": "http://s3"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("memory = 63", "`memory` in"),
        ("memory = 10241", "`memory` in"),
        ('memory = "256"', "`memory` in"),
        ("memory = true", "`memory` in"),
        ("timeout = 3", "`timeout` in"),
        ("environment = 1", "`environment` in"),
        ("[environment]\nA = 1", "`environment` in"),
        ('[environment]\n"A-B" = "1"', "`environment` in"),
        ('[environment]\nA = "\\u0000"', "`environment` in"),
        ('[environment]\nPOOLHOUSE_MASTER_KEY = "x"', "`environment` in"),
        ('[environment]\nAWS_LAMBDA_RUNTIME_API = "x"', "`environment` in"),
        ("not toml", "cannot be read (TOMLDecodeError)"),
    ],
)
def test_a_wrong_description_is_told(here, text, says):
    (here / TOML).write_text(text)

    with pytest.raises(BadFunction) as bad:
        folder.read(here, 128)

    assert says in str(bad.value)


def test_none_and_two_handlers_are_told(here):
    (here / "handler.mjs").write_text("")
    with pytest.raises(BadFunction, match=r"has both handler\.py and handler\.mjs\."):
        folder.read(here, 128)
    (here / "handler.py").unlink()
    assert folder.read(here, 128).is_node
    (here / "handler.mjs").unlink()
    with pytest.raises(BadFunction, match=r"has neither handler\.py nor handler\.mjs\."):
        folder.read(here, 128)


def test_the_state_follows_the_files_of_the_function_but_not_its_packages(here):
    (here / "lib").mkdir()
    (here / "lib" / "a.py").write_text("1")
    (here / "node_modules" / "x").mkdir(parents=True)
    before = folder.state(here)

    (here / "node_modules" / "x" / "index.js").write_text("1")
    assert folder.state(here) == before

    (here / "lib" / "a.py").write_text("22")
    changed = folder.state(here)
    assert changed != before
    (here / "lib" / "b.py").write_text("")
    assert folder.state(here) != changed
    (here / "lib" / "b.py").unlink()
    assert folder.state(here) == changed


def test_a_folder_that_is_gone_has_a_state_too(here):
    assert folder.state(here / "nothing") == ()
