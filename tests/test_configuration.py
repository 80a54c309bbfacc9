"""Where settings come from, and what is said about wrong ones."""

import base64
from pathlib import Path

import pytest

from poolhouse.configuration import at_port, load
from poolhouse.errors import SettingsError

KEY = base64.b64encode(bytes(range(32))).decode()
URL = {"POOLHOUSE_PUBLIC_URL": "https://id.example.com"}


def said(*arguments: object) -> str:
    with pytest.raises(SettingsError) as refused:
        load(*arguments)  # type: ignore[arg-type]
    return str(refused.value)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "poolhouse.toml"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(toml: Path) -> None:
    toml.write_text('port = 1\nregion = "eu-west-1"\naccount_id = "111111111111"\nworkers = 3\n')
    environ = {"POOLHOUSE_PORT": "2", "POOLHOUSE_REGION": "eu-west-2"}

    settings = load("dev", {"port": "3", "region": None}, environ, toml)

    assert (settings.port, settings.region, settings.account_id) == (3, "eu-west-2", "111111111111")
    assert (settings.workers, settings.host) == (3, "127.0.0.1")


def test_development_and_production_have_their_own_defaults() -> None:
    dev, serve = load("dev", {}, {}), load("serve", {}, URL)

    assert (dev.sigv4, dev.quotas, dev.email_driver, dev.log_format) == ("any", False, "inbox", "readable")
    assert (serve.sigv4, serve.quotas, serve.email_driver, serve.log_format) == (
        "verify",
        True,
        "none",
        "json",
    )


def test_the_public_url_of_development_follows_the_port_also_when_the_system_chose_it() -> None:
    assert load("dev", {"port": "9000"}, {}).public_url == "http://localhost:9000"
    assert at_port(load("dev", {"port": "0"}, {}), 4711).public_url == "http://localhost:4711"
    assert at_port(load("dev", {"port": "0"}, URL), 4711).public_url == "https://id.example.com"


def test_lists_tables_and_switches_are_read_from_the_environment() -> None:
    settings = load(
        "dev",
        {},
        {
            "POOLHOUSE_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2",
            "POOLHOUSE_QUOTA_RATES": "UserAuthentication=200, UserCreation=80",
            "POOLHOUSE_QUOTAS": "on",
        },
    )

    assert settings.trusted_proxies == ["10.0.0.1", "10.0.0.2"]
    assert settings.quota_rates == {"UserAuthentication": 200, "UserCreation": 80}
    assert settings.quotas is True


def test_lists_and_tables_are_read_from_the_file(toml: Path) -> None:
    toml.write_text('trusted_proxies = ["10.0.0.1"]\nquotas = false\n[quota_rates]\nUserCreation = 80\n')

    settings = load("dev", {}, {}, toml)

    assert (settings.trusted_proxies, settings.quota_rates) == (["10.0.0.1"], {"UserCreation": 80})


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "70000", "`port` must be a whole number from 0 to 65,535: correct POOLHOUSE_PORT."),
        ("PORT", "eighty", "`port` must be a whole number from 0 to 65,535: correct POOLHOUSE_PORT."),
        ("PORT", "9" * 5_000, "`port` must be a whole number from 0 to 65,535: correct POOLHOUSE_PORT."),
        ("QUOTAS", "maybe", "`quotas` must be on or off: correct POOLHOUSE_QUOTAS."),
        ("SIGV4", "none", "`sigv4` must be one of any, verify: correct POOLHOUSE_SIGV4."),
        ("FIXED_CODE", "12a456", "`fixed_code` must be six digits: correct POOLHOUSE_FIXED_CODE."),
        (
            "TRUSTED_PROXIES",
            "*",
            "`trusted_proxies` must be a list of addresses and networks, such as 10.0.0.7,10.1.0.0/16: "
            "correct POOLHOUSE_TRUSTED_PROXIES.",
        ),
        ("ACCOUNT_ID", "12", "`account_id` must be twelve digits: correct POOLHOUSE_ACCOUNT_ID."),
        ("REGION", "home", "`region` must be a Region such as us-east-1: correct POOLHOUSE_REGION."),
        (
            "DATABASE_URL",
            "mysql://u:geheim@h/d",
            "`database_url` must be an address that begins with postgresql://: "
            "correct POOLHOUSE_DATABASE_URL.",
        ),
        ("PROT", "1", "POOLHOUSE_PROT names no setting: unset it or correct its name."),
        ("PROFILE", "dev", "POOLHOUSE_PROFILE names no setting: unset it or correct its name."),
    ],
)
def test_a_wrong_variable_is_one_sentence_that_names_it(variable: str, value: str, sentence: str) -> None:
    assert said("dev", {}, {f"POOLHOUSE_{variable}": value}) == sentence


def test_right_values_of_the_same_settings_are_taken() -> None:
    environ = {
        "POOLHOUSE_PORT": "8401",
        "POOLHOUSE_QUOTAS": "off",
        "POOLHOUSE_SIGV4": "verify",
        "POOLHOUSE_FIXED_CODE": "123456",
        "POOLHOUSE_ACCOUNT_ID": "123456789012",
        "POOLHOUSE_REGION": "ap-southeast-2",
        "POOLHOUSE_DATABASE_URL": "postgresql://u@h/d",
        "POOLHOUSE_CONFIG": "elsewhere.toml",
        "PATH": "/bin",
    }

    assert load("dev", {}, environ).account_id == "123456789012"


_GATEWAY = {
    "POOLHOUSE_SMS_DRIVER": "gateway",
    "POOLHOUSE_SMS_GATEWAY_URL": "https://sms.example.com/send?account=7",
    "POOLHOUSE_SMS_GATEWAY_SECRET": "geheim" * 6,
}


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("SMS_GATEWAY_URL", "", "sms_gateway_url"),
        ("SMS_GATEWAY_URL", "http://sms.example.com/send", "sms_gateway_url"),
        ("SMS_GATEWAY_URL", "https://me:geheim@sms.example.com/", "sms_gateway_url"),
        ("SMS_GATEWAY_URL", "https:///send", "sms_gateway_url"),
        ("SMS_GATEWAY_SECRET", "geheim", "sms_gateway_secret"),
    ],
)
def test_a_gateway_for_text_messages_is_safe_or_not_used(variable: str, value: str, setting: str) -> None:
    refused = said("dev", {}, _GATEWAY | {f"POOLHOUSE_{variable}": value})

    assert refused.startswith(f"`{setting}` must ")
    assert refused.endswith(f"correct POOLHOUSE_{variable}.")
    assert "geheim" not in refused
    assert load("dev", {}, _GATEWAY).sms_gateway_url == _GATEWAY["POOLHOUSE_SMS_GATEWAY_URL"]
    local = {"POOLHOUSE_SMS_GATEWAY_URL": "http://127.0.0.1:8025/"}
    assert load("dev", {}, _GATEWAY | local).sms_driver == "gateway"


def test_a_secret_is_shown_neither_in_a_refusal_nor_in_the_settings() -> None:
    assert "geheim" not in said("serve", {}, {"POOLHOUSE_MASTER_KEY": "geheim", **URL})
    settings = load("serve", {}, {"POOLHOUSE_MASTER_KEY": KEY, "POOLHOUSE_SMTP_PASSWORD": "geheim", **URL})
    assert settings.smtp_password == "geheim"
    assert KEY not in f"{settings!r} {settings}"
    assert "geheim" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("FIXED_CODE", "123456", "fixed_code"),
        ("SIGV4", "any", "sigv4 = any"),
        ("EMAIL_DRIVER", "inbox", "email_driver = inbox"),
        ("SMS_DRIVER", "inbox", "sms_driver = inbox"),
        ("NO_DEMO", "1", "no_demo"),
        ("READY_FILE", "r.json", "ready_file"),
    ],
)
def test_serve_refuses_what_is_for_development_and_dev_takes_it(variable: str, value: str, what: str) -> None:
    environ = {f"POOLHOUSE_{variable}": value, **URL}

    assert said("serve", {}, environ) == (
        f"`{what}` is for development only: remove POOLHOUSE_{variable} to start `poolhouse serve`."
    )
    assert load("dev", {}, environ).profile == "dev"


def test_serve_takes_the_production_values_of_the_same_settings() -> None:
    environ = {
        "POOLHOUSE_SIGV4": "verify",
        "POOLHOUSE_EMAIL_DRIVER": "smtp",
        "POOLHOUSE_NO_DEMO": "off",
        **URL,
    }

    assert load("serve", {}, environ).email_driver == "smtp"


@pytest.mark.parametrize(
    "url",
    ["https://id.example.com/", "https://id.example.com/x", "https://a@b.c", "ftp://b.c", "id.example.com"],
)
def test_a_public_url_is_an_origin(url: str) -> None:
    assert "`public_url` must be an address" in said("dev", {"public_url": url}, {})


def test_serve_needs_https_except_on_this_computer() -> None:
    assert "is not set" in said("serve", {}, {})
    assert "must begin with https://" in said("serve", {"public_url": "http://id.example.com"}, {})
    assert load("serve", {"public_url": "http://127.0.0.1:8400"}, {}).public_url == "http://127.0.0.1:8400"


def test_the_master_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "short").write_text("AAAA\n")

    assert load("tools", {"master_key_file": str(tmp_path / "key")}, {}).master_key == KEY
    assert "cannot be read or does not hold" in said(
        "tools", {"master_key_file": str(tmp_path / "short")}, {}
    )
    assert "cannot be read or does not hold" in said("tools", {"master_key_file": str(tmp_path / "none")}, {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prot = 1", "`prot` in poolhouse.toml is not a setting: remove it or correct its name."),
        ("port = 'x'", "`port` must be a whole number from 0 to 65,535: correct its line in poolhouse.toml."),
        ("port = 1.5", "`port` must be a whole number from 0 to 65,535: correct its line in poolhouse.toml."),
        ("host = 1", "`host` must be a text: correct its line in poolhouse.toml."),
    ],
)
def test_a_wrong_line_of_the_file_is_one_sentence(toml: Path, text: str, sentence: str) -> None:
    toml.write_text(text)

    assert said("dev", {}, {}, toml) == sentence


def test_serve_names_the_line_of_the_file_that_is_for_development_and_dev_takes_it(toml: Path) -> None:
    toml.write_text('fixed_code = "123456"')

    assert said("serve", {}, URL, toml) == (
        "`fixed_code` is for development only: remove its line in poolhouse.toml to start `poolhouse serve`."
    )
    assert load("dev", {}, URL, toml).fixed_code == "123456"


def test_a_file_that_is_missing_or_not_toml_is_one_sentence(toml: Path) -> None:
    assert "cannot be read" in said("dev", {}, {}, toml)
    toml.write_text("port = ")
    assert "is not TOML" in said("dev", {}, {}, toml)


def test_prefix_domains_of_development_follow_the_port_and_production_names_its_suffix() -> None:
    suffix = {"POOLHOUSE_AUTH_DOMAIN_SUFFIX": "auth.example.com"}

    assert load("dev", {"port": "9000"}, {}).auth_domain_suffix == "auth.localhost:9000"
    assert at_port(load("dev", {"port": "0"}, {}), 4711).auth_domain_suffix == "auth.localhost:4711"
    assert load("serve", {}, URL).auth_domain_suffix == ""
    assert load("serve", {}, URL | suffix).auth_domain_suffix == "auth.example.com"
    assert at_port(load("dev", {"port": "0"}, suffix), 4711).auth_domain_suffix == "auth.example.com"


@pytest.mark.parametrize(
    "suffix", ["Auth.example.com", "auth.example.com/", "https://x.y", "*.x", "x..y", ".x", "x:"]
)
def test_a_suffix_that_is_no_host_is_refused(suffix: str) -> None:
    refused = said("dev", {}, {"POOLHOUSE_AUTH_DOMAIN_SUFFIX": suffix})

    assert refused.startswith("`auth_domain_suffix` must be a host such as auth.example.com")
    assert load("dev", {}, {"POOLHOUSE_AUTH_DOMAIN_SUFFIX": "auth.example.com:8443"})


def test_a_certificate_needs_its_key_and_a_key_its_certificate() -> None:
    chain, key = {"POOLHOUSE_TLS_CERTIFICATE": "c.pem"}, {"POOLHOUSE_TLS_KEY": "k.pem"}

    assert said("dev", {}, chain) == "`tls_certificate` needs `tls_key`: set POOLHOUSE_TLS_KEY too."
    assert said("dev", {}, key) == "`tls_key` needs `tls_certificate`: set POOLHOUSE_TLS_CERTIFICATE too."
    assert load("dev", {"port": "9000"}, chain | key).public_url == "https://localhost:9000"
    assert at_port(load("dev", {"port": "0"}, chain | key), 4711).public_url == "https://localhost:4711"
