"""Pages with a brand: which look they have where, and the files that belong to it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx2
import pytest
from tests.directory.pictures import ICO, JPEG, PNG, SVG
from tests.oauth.apps import App, registered
from tests.oauth.walk import Walk, parameters
from tests.server import Server

CSS = ".submitButton-customizable { background-color: #7a2e1d } .label-customizable { color: #22150f }"
SETTINGS = {
    "categories": {
        "global": {"colorSchemeMode": "DYNAMIC", "pageHeader": {"enabled": True}},
        "form": {"location": {"horizontal": "START", "vertical": "CENTER"}},
    },
    "components": {
        "pageBackground": {"lightMode": {"color": "fbf7f0ff"}},
        "pageHeader": {"logo": {"enabled": True, "location": "CENTER"}},
    },
}
UNAVAILABLE = "Login pages unavailable. Please contact an administrator."


@dataclass(frozen=True)
class House:
    """A pool with a domain, on a running server."""

    server: Server
    pool: str
    app: App
    host: str

    @property
    def idp(self) -> Any:
        return self.server.boto3("cognito-idp")

    def get(self, path: str, *, at_domain: bool = True) -> httpx2.Response:
        """A path below the pool's domain, or below the address of its issuer."""
        base = self.server.endpoint if at_domain else self.app.base
        headers = {"host": self.host} if at_domain else {}
        return httpx2.get(f"{base}{path}", headers=headers, timeout=10)

    def page(self, app: App | None = None, *, at_domain: bool = True, **more: str) -> httpx2.Response:
        """A page of the app client that everybody may see."""
        query = urlencode({"error": "invalid_request", "client_id": (app or self.app).client_id} | more)
        return self.get(f"/error?{query}", at_domain=at_domain)

    def login(self) -> httpx2.Response:
        return self.get(f"/login?{urlsplit(self.app.authorize()).query}")

    def version(self, version: int) -> None:
        prefix = self.host.partition(".")[0]
        self.idp.update_user_pool_domain(UserPoolId=self.pool, Domain=prefix, ManagedLoginVersion=version)

    def another(self) -> App:
        return registered(self.server, UserPoolId=self.pool)


@pytest.fixture
def house(server: Server) -> House:
    idp = server.boto3("cognito-idp")
    pool = idp.create_user_pool(PoolName="branded")["UserPool"]["Id"]
    prefix = re.sub("[^a-z0-9]", "", pool.partition("_")[2].lower()) + "x"
    idp.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
    made = registered(server, UserPoolId=pool)
    app = App(f"{server.endpoint}/{pool}", made.client_id, made.secret)
    port = urlsplit(server.endpoint).port
    return House(server, pool, app, f"{prefix}.auth.localhost:{port}")


def linked(page: httpx2.Response, pattern: str) -> str:
    found = re.search(pattern, page.text)
    if found is None:
        raise AssertionError(f"{pattern} is not in {page.text[:3000]}")
    return found[1]


def sheets(page: httpx2.Response) -> list[str]:
    return [
        path for path in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text) if "/_brand/" in path
    ]


def test_a_client_without_a_look_has_the_houses(house: House) -> None:
    page = house.page()

    assert sheets(page) == []
    assert "data-look" not in page.text


def test_a_classic_look_is_a_light_page_with_its_sheet_and_logo(house: House) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, CSS=CSS, ImageFile=JPEG)

    page = house.page()

    assert 'data-scheme="light" data-look="classic"' in page.text
    sheet = house.get(sheets(page)[0])
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert ".submitButton-customizable" in sheet.text
    logo = house.get(linked(page, r'<img class="logo-customizable" src="([^"]+)"'))
    assert (logo.content, logo.headers["content-type"]) == (JPEG, "image/jpeg")


def test_the_look_of_a_client_goes_before_that_of_all(house: House) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, CSS=CSS)
    house.idp.set_ui_customization(
        UserPoolId=house.pool, ClientId=house.app.client_id, CSS=".label-customizable { color: #123456 }"
    )

    own, other = house.page(), house.page(house.another())

    assert "#123456" in house.get(sheets(own)[0]).text
    assert "#7a2e1d" in house.get(sheets(other)[0]).text


def test_managed_login_has_the_style_of_its_client(house: House) -> None:
    house.version(2)
    house.idp.create_managed_login_branding(
        UserPoolId=house.pool,
        ClientId=house.app.client_id,
        Settings=SETTINGS,
        Assets=[
            {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG},
            {"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "SVG", "Bytes": SVG},
            {"Category": "FAVICON_ICO", "ColorMode": "DYNAMIC", "Extension": "ICO", "Bytes": ICO},
            {"Category": "PAGE_BACKGROUND", "ColorMode": "DYNAMIC", "Extension": "JPEG", "Bytes": JPEG},
            {"Category": "PAGE_HEADER_LOGO", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG},
        ],
    )

    page = house.page()

    assert 'data-at="start"' in page.text
    assert house.get(linked(page, r'src="([^"]+FORM_LOGO-LIGHT.png)"')).content == PNG
    assert house.get(linked(page, r'srcset="([^"]+FORM_LOGO-DARK.svg)"')).content == SVG
    assert (
        house.get(linked(page, r'<link rel="icon" href="([^"]+)"')).headers["content-type"] == "image/x-icon"
    )
    sheet = house.get(sheets(page)[0])
    assert "--page: #fbf7f0" in sheet.text
    images = [urljoin(sheets(page)[0], path) for path in re.findall(r'url\("([^"]+)"\)', sheet.text)]
    assert [house.get(path).content for path in images] == [JPEG, SVG]


def test_below_the_issuers_address_the_look_and_its_files_are_the_same(house: House) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, CSS=CSS)

    page = house.page(at_domain=False)

    assert sheets(page)[0].startswith(f"/{house.pool}/_brand/")
    assert httpx2.get(f"{house.server.endpoint}{sheets(page)[0]}").status_code == 200


def test_a_change_is_seen_at_once_at_a_new_address_and_the_old_one_is_gone(house: House) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, CSS=CSS)
    (old,) = sheets(house.page())

    house.idp.set_ui_customization(UserPoolId=house.pool, CSS=".label-customizable { color: #111111 }")
    (new,) = sheets(house.page())

    assert old != new
    assert (house.get(old).status_code, house.get(new).status_code) == (404, 200)


def test_both_documents_are_linked_in_the_readers_language_and_one_alone_is_not(house: House) -> None:
    links = {"cognito:default": "https://acme.example/terms", "cognito:german": "https://acme.example/agb"}
    common = {
        "UserPoolId": house.pool,
        "ClientId": house.app.client_id,
        "TermsSource": "LINK",
        "Enforcement": "NONE",
    }
    house.idp.create_terms(TermsName="terms-of-use", Links=links, **common)
    alone = house.page()
    privacy = {"cognito:default": "https://acme.example/privacy?a=1&b=2"}
    house.idp.create_terms(TermsName="privacy-policy", Links=privacy, **common)

    english, german = house.page(), house.page(lang="de")

    assert "acme.example" not in alone.text
    assert 'href="https://acme.example/terms"' in english.text
    assert 'href="https://acme.example/privacy?a=1&amp;b=2"' in english.text
    assert 'href="https://acme.example/agb"' in german.text


def test_a_file_may_be_kept_for_ever_and_can_run_nothing(house: House) -> None:
    house.version(2)
    house.idp.create_managed_login_branding(
        UserPoolId=house.pool,
        ClientId=house.app.client_id,
        Assets=[{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": SVG}],
    )

    answer = house.get(linked(house.page(), r'src="([^"]+FORM_LOGO-LIGHT.svg)"'))

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert "script" not in policy


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.replace("/_brand/", "/_brand/0"),
        lambda path: re.sub(r"/_brand/[0-9a-f]{32}", "/_brand/" + "0" * 32, path),
        lambda path: path.replace("logo.png", "logo.jpeg"),
        lambda path: path.replace("logo.png", "sheet.css"),
        lambda path: path.replace("logo.png", "..%2flogo.png"),
        lambda path: path.replace("ALL", "1example23456789"),
        lambda path: path + "/",
        lambda path: "/_brand/",
        lambda path: "/_brand/" + "x" * 5_000,
    ],
)
def test_no_other_address_has_the_file(house: House, change: Any) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, ImageFile=PNG)
    path = linked(house.page(), r'src="([^"]+logo.png)"')

    assert house.get(change(path)).status_code == 404
    assert house.get(path).content == PNG


def test_a_file_of_one_pool_is_not_below_another(house: House) -> None:
    house.idp.set_ui_customization(UserPoolId=house.pool, ImageFile=PNG)
    path = linked(house.page(), r'src="([^"]+logo.png)"')

    other = httpx2.get(f"{house.server.endpoint}/{house.server.user_pool_id}{path}")

    assert other.status_code == 404
    assert house.get(path).status_code == 200


def test_managed_login_without_a_style_is_unavailable_and_with_one_it_is_there(house: House) -> None:
    house.version(2)

    refused = house.login()
    house.idp.create_managed_login_branding(
        UserPoolId=house.pool, ClientId=house.app.client_id, UseCognitoProvidedValues=True
    )
    shown = house.login()

    assert refused.status_code == 403
    assert UNAVAILABLE in refused.text
    assert (shown.status_code, sheets(shown)) == (200, [])


def test_a_page_that_was_opened_before_the_style_was_deleted_signs_nobody_in(house: House) -> None:
    house.version(2)
    named = {"UserPoolId": house.pool}
    house.idp.admin_create_user(**named, Username="ada", MessageAction="SUPPRESS")
    house.idp.admin_set_user_password(**named, Username="ada", Password="P2$Sword", Permanent=True)
    style = {"ClientId": house.app.client_id, "UseCognitoProvidedValues": True}
    made = house.idp.create_managed_login_branding(**named, **style)["ManagedLoginBranding"]
    browser = Walk()
    browser.client.headers["host"] = house.host
    path = f"{house.server.endpoint}/login?{urlsplit(house.app.authorize()).query}"
    page = browser.get(path)
    house.idp.delete_managed_login_branding(**named, ManagedLoginBrandingId=made["ManagedLoginBrandingId"])

    refused = browser.submit(page, username="ada", password="P2$Sword")
    house.idp.create_managed_login_branding(**named, **style)
    signed_in = browser.submit(browser.get(path), username="ada", password="P2$Sword")

    assert (refused.status_code, UNAVAILABLE in refused.text) == (403, True)
    assert "code" in parameters(signed_in)


def test_a_deleted_style_takes_the_pages_away_at_once(house: House) -> None:
    house.version(2)
    made = house.idp.create_managed_login_branding(
        UserPoolId=house.pool, ClientId=house.app.client_id, Settings=SETTINGS
    )["ManagedLoginBranding"]
    assert house.login().status_code == 200

    house.idp.delete_managed_login_branding(
        UserPoolId=house.pool, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
    )

    assert house.login().status_code == 403


def test_providers_stand_where_and_in_which_order_the_style_says_with_its_icons(house: House) -> None:
    house.version(2)
    details = {"client_id": "x", "client_secret": "y", "authorize_scopes": "email"}
    for name in ("Google", "Facebook"):
        house.idp.create_identity_provider(
            UserPoolId=house.pool, ProviderName=name, ProviderType=name, ProviderDetails=details
        )
    app = registered(
        house.server, UserPoolId=house.pool, SupportedIdentityProviders=["COGNITO", "Google", "Facebook"]
    )
    order = [[{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]]
    auth = {"authMethodOrder": order, "federation": {"order": ["Facebook", "Google"]}}
    icon = {"Category": "IDP_BUTTON_ICON", "ColorMode": "DYNAMIC", "Extension": "PNG", "ResourceId": "Google"}
    house.idp.create_managed_login_branding(
        UserPoolId=house.pool,
        ClientId=app.client_id,
        Settings={"categories": {"auth": auth}},
        Assets=[icon | {"Bytes": PNG}],
    )

    page = house.get(f"/login?{urlsplit(app.authorize()).query}")

    places = [page.text.index(part) for part in ('value="Facebook"', 'value="Google"', 'name="username"')]
    assert places == sorted(places)
    assert house.get(linked(page, r'<img src="([^"]+IDP_BUTTON_ICON-DYNAMIC-Google.png)"')).content == PNG
