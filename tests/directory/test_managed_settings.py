"""Settings of managed login: what there is, what each may be, and how changes are merged."""

import copy
from typing import Any

import pytest
from tests.directory.style_settings import EVERYTHING

from poolhouse.directory import managed_settings
from poolhouse.errors import StyleSettingsRefused


def at(path: str, value: Any) -> dict[str, Any]:
    """Settings with this one member."""
    settings: Any = value
    for name in reversed(path.split(".")):
        settings = {name: settings}
    return dict(settings)


def leaves(settings: Any, path: str = "") -> list[tuple[str, Any]]:
    if not isinstance(settings, dict):
        return [(path, settings)]
    return [
        leaf for name, inner in settings.items() for leaf in leaves(inner, f"{path}.{name}" if path else name)
    ]


def test_every_documented_member_is_taken() -> None:
    managed_settings.check(EVERYTHING)
    managed_settings.check({})


@pytest.mark.parametrize(("path", "value"), leaves(EVERYTHING), ids=[path for path, _ in leaves(EVERYTHING)])
def test_no_member_is_taken_with_a_value_of_another_kind(path: str, value: Any) -> None:
    managed_settings.check(at(path, value))

    for wrong in (None, [{"x": 1}], {"x": 1}, "#fff; } body { color: red", -1, "x" * 5_000):
        with pytest.raises(StyleSettingsRefused):
            managed_settings.check(at(path, wrong))


@pytest.mark.parametrize(("path", "value"), leaves(EVERYTHING), ids=[path for path, _ in leaves(EVERYTHING)])
def test_a_member_beside_a_documented_one_is_refused_by_its_path(path: str, value: Any) -> None:
    above, _, name = path.rpartition(".")
    changed = copy.deepcopy(at(path, value))
    inner = changed
    for part in above.split("."):
        inner = inner[part]
    inner[f"{name}s!"] = value

    with pytest.raises(StyleSettingsRefused) as refused:
        managed_settings.check(changed)
    assert "is not a setting of managed login" in refused.value.message or "idpButton.custom" in path


@pytest.mark.parametrize("settings", [None, [], "x", 1, True])
def test_settings_that_are_no_object_are_refused(settings: Any) -> None:
    with pytest.raises(StyleSettingsRefused):
        managed_settings.check(settings)


@pytest.mark.parametrize("name", ['x"]{}', "a\\", "ä", "", "x" * 33])
def test_a_button_is_of_a_provider_whose_name_needs_no_escape(name: str) -> None:
    with pytest.raises(StyleSettingsRefused):
        managed_settings.check(at("components.idpButton.custom", {name: {}}))

    managed_settings.check(at("components.idpButton.custom", {"Acme-1.test x_y": {}}))


@pytest.mark.parametrize("radius", [True, -0.1, 100.1, float("nan"), float("inf"), "8", None])
def test_a_radius_is_a_small_number(radius: Any) -> None:
    with pytest.raises(StyleSettingsRefused):
        managed_settings.check(at("components.form.borderRadius", radius))

    managed_settings.check(at("components.form.borderRadius", 0))


RESERVED = [
    ("categories.form.instructions.enabled", True, False),
    ("categories.form.sessionTimerDisplay", "CORNER", "NONE"),
    ("categories.auth.federation.interfaceStyle", "DROPDOWN", "BUTTON_LIST"),
    ("components.phoneNumberSelector.displayType", "SELECTOR", "TEXT"),
    ("components.primaryButton.lightMode.disabled.backgroundColor", "cccccccc", "FFFFFFFF"),
    ("components.primaryButton.darkMode.disabled.borderColor", "cccccccc", "ffffffff"),
    ("categories.signUp.acceptanceElements", [{"textKey": "terms"}], [{"textKey": "en"}]),
    (
        "categories.signUp.acceptanceElements",
        [{"enforcement": "ALWAYS"}],
        [{"enforcement": "REQUIRED"}],
    ),  # [K]
    ("categories.signUp.acceptanceElements", [{}, {}], [{}]),
]


@pytest.mark.parametrize(("path", "refused", "twin"), RESERVED)
def test_what_the_pages_have_no_place_for_stays_as_in_the_document_of_aws(
    path: str, refused: Any, twin: Any
) -> None:
    with pytest.raises(StyleSettingsRefused) as told:
        managed_settings.check(at(path, refused))

    assert told.value.message.startswith(f"Invalid Settings: {path}")
    managed_settings.check(at(path, twin))


def test_what_is_pending_has_the_colour_of_its_mark_and_nothing_else() -> None:
    path = "componentClasses.statusIndicator.lightMode.pending"
    with pytest.raises(StyleSettingsRefused):
        managed_settings.check(at(path, {"borderColor": "112233ff"}))

    managed_settings.check(at(path, {"indicatorColor": "112233ff"}))


FORM = {"display": "INPUT", "type": "USERNAME_PASSWORD"}
OTHERS = {"display": "BUTTON", "type": "FEDERATED"}


@pytest.mark.parametrize(
    "order",
    [[], [[FORM]], [[OTHERS]], [[FORM, OTHERS, FORM]], [[FORM | {"display": "BUTTON"}, OTHERS]], [[{}, {}]]],
)
def test_the_order_of_the_ways_in_has_each_once_as_what_it_is(order: Any) -> None:
    with pytest.raises(StyleSettingsRefused):
        managed_settings.check(at("categories.auth.authMethodOrder", order))

    for twin in ([[FORM, OTHERS]], [[OTHERS], [FORM]]):
        managed_settings.check(at("categories.auth.authMethodOrder", twin))


def test_a_change_goes_before_and_what_it_does_not_name_stays() -> None:
    before = {"a": {"b": 1, "c": {"d": 2}}, "e": [1, 2]}

    after = managed_settings.merged(before, {"a": {"c": {"x": 3}}, "e": [3]})

    assert after == {"a": {"b": 1, "c": {"d": 2, "x": 3}}, "e": [3]}
    assert before == {"a": {"b": 1, "c": {"d": 2}}, "e": [1, 2]}
