"""Which route a request is for, and that no spelling of a path leads to another route than its plain form."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.errors import UnreadableRequest
from poolhouse.gateway import paths
from poolhouse.gateway.routes import BadPattern, Table, pattern

# API Gateway's own example ("Routing API requests"), and the same path with a method of its own.
ROUTES = (
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /{proxy+}",
    "ANY /pets/dog/{any}",
    "GET /",
)
TABLE = Table(
    [(pattern(*route.split(" ")), route) for route in ROUTES] + [(pattern("ANY", "$default"), "$default")]
)


@pytest.mark.parametrize(
    ("method", "path", "route", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("POST", "/pets/dog/1", "ANY /pets/dog/{any}", {"any": "1"}),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("POST", "/test/5", "ANY /{proxy+}", {"proxy": "test/5"}),
        ("GET", "/", "GET /", {}),
        ("POST", "/", "$default", {}),
        ("GET", "/pets/dog/1/", "GET /pets/dog/1", {}),
        ("GET", "/pets/d%6Fg/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog;v=1/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/a%20b", "GET /pets/dog/{id}", {"id": "a b"}),
        ("GET", "/pets", "ANY /{proxy+}", {"proxy": "pets"}),
        ("GET", "/PETS/dog/1", "ANY /{proxy+}", {"proxy": "PETS/dog/1"}),
    ],
)
def test_the_route_that_fits_best_is_taken(
    method: str, path: str, route: str, parameters: dict[str, str]
) -> None:
    assert TABLE.find(method, paths.segments(path)) == (route, parameters)


def test_no_route_fits_a_path_that_none_names() -> None:
    table = Table([(pattern("GET", "/a/{b}"), "it"), (pattern("GET", "/c/{rest+}"), "rest")])

    assert table.find("GET", ("a", "1")) == ("it", {"b": "1"})
    for method, segments in (
        ("POST", ("a", "1")),
        ("GET", ("a",)),
        ("GET", ("a", "1", "2")),
        ("GET", ("c",)),
    ):
        assert table.find(method, segments) is None


@pytest.mark.parametrize(
    "path",
    [
        "/public/../admin",
        "/public/..",
        "/public/./admin",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/public/%2E%2E%2Fadmin",
        "/public%2fadmin",
        "/public/..;/admin",
        "/public/..;x=1/admin",
        "/public//admin",
        "//admin",
        "/;/admin",
        "/public/..%5cadmin",
        "/public\\..\\admin",
        "/public/%252e%252e%252fadmin",
        "/public/%00",
        "/public/%0d%0aset-cookie:x",
        "/public/%7f",
        "/public/%ff",
        "/public/%",
        "/public/%zz",
        "/public/a b",
        "/public/ü",
        "http://elsewhere/public",
        "public",
        "",
    ],
)
def test_a_path_that_two_servers_might_read_differently_is_refused(path: str) -> None:
    with pytest.raises(UnreadableRequest):
        paths.segments(path)


@pytest.mark.parametrize(
    "path", ["/public/..admin", "/public/a.b", "/public/100%25", "/public/a+b@c:d;e", "/%C3%BC"]
)
def test_dots_and_signs_inside_words_are_good(path: str) -> None:
    assert "/" + "/".join(paths.segments(path)) == unquote(path)


@given(st.text(alphabet="/.%;\\abn2ef5c0D", max_size=24).map(lambda text: "/public/" + text))
def test_nothing_below_an_open_path_names_another_one_however_often_it_is_decoded(path: str) -> None:
    try:
        found = paths.segments(path)
    except UnreadableRequest:
        return
    again = unquote(unquote("/".join(found)))
    plain = [re.sub(";.*", "", part) for part in again.replace("\\", "/").split("/")]
    assert found[0] == "public"
    assert not {"..", "."} & set(plain)
    assert len(plain) == len(found)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_value_of_a_variable_stays_one_segment_when_it_is_written_again(values: list[str]) -> None:
    path = "/" + "/".join(paths.encoded(value) for value in values)
    try:
        found = paths.segments(path)
    except UnreadableRequest:
        return
    assert list(found) == values


@pytest.mark.parametrize(
    ("method", "path", "why"),
    [
        ("FETCH", "/a", "FETCH is no method"),
        ("GET", "a", "begins without a slash"),
        ("GET", "/{a+}/b", "goes on after its greedy variable"),
        ("GET", "/{a}/{a}", "two variables of one name"),
        ("GET", "/a{b}", "has the segment"),
        ("GET", "/a//b", "has the segment"),
        ("GET", "/..", "has the segment"),
    ],
)
def test_a_route_that_could_never_be_asked_is_told(method: str, path: str, why: str) -> None:
    with pytest.raises(BadPattern, match=re.escape(why)):
        pattern(method, path)


def test_two_routes_for_the_same_requests_are_told() -> None:
    with pytest.raises(BadPattern, match="is there twice"):
        Table([(pattern("GET", "/a/{b}"), 1), (pattern("GET", "/a/{c}"), 2)])
    assert Table([(pattern("GET", "/a/{b}"), 1), (pattern("PUT", "/a/{c}"), 2)]).keys == [
        "GET /a/{b}",
        "PUT /a/{c}",
    ]
