"""Where settings come from: command line, else environment, else poolhouse.toml, else the default.

What names no setting is refused, never passed over. Every refusal is one sentence that names the
setting and says what to do, and shows no value of a setting that is secret.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from poolhouse import sink_settings
from poolhouse.descriptions import described, hints, names, plain
from poolhouse.errors import SettingsError
from poolhouse.settings import KEY_FORM, PREFIX, PROFILE_DEFAULTS, Settings

CONFIG = "POOLHOUSE_CONFIG"  # names the file; it is no setting of its own
FILE = "poolhouse.toml"
SHORTEST_SECRET = 32  # characters
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DEV_SUFFIX = "auth.localhost"  # browsers find every name below localhost without DNS

_DEV_VALUES = {"sigv4": "any", "email_driver": "inbox", "sms_driver": "inbox"}
_SWITCH = {
    "on": True,
    "true": True,
    "yes": True,
    "1": True,
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}


def load(
    profile: Literal["dev", "serve", "tools"],
    overrides: Mapping[str, Any],
    environ: Mapping[str, str],
    file: Path | None = None,
) -> Settings:
    """The settings of a run. `overrides` come from the command line; None in it means "not given".

    Raises `SettingsError`: one sentence that names the setting and says what to do.
    """
    given = {
        name: (value, f"its line in {file.name}" if file else "") for name, value in _from_file(file).items()
    }
    given |= {name: (value, PREFIX + name.upper()) for name, value in _from_environment(environ)}
    given |= {
        name: (value, "--" + name.replace("_", "-")) for name, value in overrides.items() if value is not None
    }
    values = dict(PROFILE_DEFAULTS[profile])
    values |= {name: _checked(name, value, source) for name, (value, source) in given.items()}
    if profile == "serve":
        _refuse_development(values, given)
    settings = Settings(profile=profile, **values)
    return _completed(settings, given)


def at_port(settings: Settings, port: int) -> Settings:
    """The settings once the system has chosen the port that `--port 0` asks for."""
    url, suffix = settings.public_url, settings.auth_domain_suffix
    if url in ("http://localhost:0", "https://localhost:0"):
        url = url.removesuffix("0") + str(port)
    if suffix == f"{DEV_SUFFIX}:0":
        suffix = f"{DEV_SUFFIX}:{port}"
    return msgspec.structs.replace(settings, port=port, public_url=url, auth_domain_suffix=suffix)


def _completed(settings: Settings, given: Collection[str]) -> Settings:
    changes: dict[str, str] = {}
    if "public_url" in given:
        _check_url(settings)
    elif settings.profile == "serve":
        raise SettingsError(
            "`public_url` is not set: set POOLHOUSE_PUBLIC_URL to the address that clients use, such as "
            "https://id.example.com."
        )
    else:
        changes["public_url"] = (
            f"{'https' if settings.tls_certificate else 'http'}://localhost:{settings.port}"
        )
    if "auth_domain_suffix" not in given:
        changes["auth_domain_suffix"] = "" if settings.profile == "serve" else f"{DEV_SUFFIX}:{settings.port}"
    _check_gateway(settings)
    _check_sinks(settings)
    _check_tls(settings)
    if settings.master_key_file and not settings.master_key:
        changes["master_key"] = _key_in(Path(settings.master_key_file))
    return msgspec.structs.replace(settings, **changes)


def _check_url(settings: Settings) -> None:
    url = urlsplit(settings.public_url)
    plain = f"{url.scheme}://{url.netloc}" == settings.public_url and "@" not in url.netloc
    if url.scheme not in ("http", "https") or not url.hostname or not plain:
        raise SettingsError(
            f"`public_url` must be {described('public_url').form} and without a slash at the end: "
            "correct POOLHOUSE_PUBLIC_URL."
        )
    if settings.profile == "serve" and url.scheme == "http" and url.hostname not in LOOPBACK:
        raise SettingsError(
            "`public_url` must begin with https:// because passwords and tokens travel to it: "
            "correct POOLHOUSE_PUBLIC_URL."
        )


def _check_gateway(settings: Settings) -> None:
    if settings.sms_driver != "gateway":
        return
    url = urlsplit(settings.sms_gateway_url)
    safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    if not safe or not url.hostname or "@" in url.netloc or url.fragment:
        raise SettingsError(
            "`sms_gateway_url` must be an address that begins with https:// (http:// is for this computer "
            "only) and holds no user name: correct POOLHOUSE_SMS_GATEWAY_URL."
        )
    if len(settings.sms_gateway_secret) < SHORTEST_SECRET:
        raise SettingsError(
            f"`sms_gateway_secret` must have at least {SHORTEST_SECRET} characters: correct "
            "POOLHOUSE_SMS_GATEWAY_SECRET."
        )


def _check_sinks(settings: Settings) -> None:
    fault = sink_settings.fault(settings.log_sinks)
    if fault:
        raise SettingsError(fault)


def _check_tls(settings: Settings) -> None:
    for name, other in (("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")):
        if getattr(settings, name) and not getattr(settings, other):
            raise SettingsError(f"`{name}` needs `{other}`: set POOLHOUSE_{other.upper()} too.")


def _key_in(path: Path) -> str:
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    try:
        key: str = _checked("master_key", text or "-", "the file")
    except SettingsError:
        raise SettingsError(
            f"`master_key_file` names {path}, which cannot be read or does not hold {KEY_FORM}: correct it."
        ) from None
    return key


def _refuse_development(values: Mapping[str, Any], given: Mapping[str, tuple[Any, str]]) -> None:
    for name, (_, source) in given.items():
        value = values[name]
        if (described(name).dev and value) or (name in _DEV_VALUES and value == _DEV_VALUES[name]):
            what = name if described(name).dev else f"{name} = {value}"
            raise SettingsError(
                f"`{what}` is for development only: remove {source} to start `poolhouse serve`."
            )


def _from_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError:
        raise SettingsError(f"The file {file} cannot be read: correct its name or its permissions.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file {file} is not TOML ({error}): correct it.") from None
    for name in values:
        if name not in names():
            raise SettingsError(f"`{name}` in {file.name} is not a setting: remove it or correct its name.")
    return values


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in names():
            raise SettingsError(f"{variable} names no setting: unset it or correct its name.")
        yield name, value


def _checked(name: str, value: Any, source: str) -> Any:
    try:
        return msgspec.convert(_parsed(hints()[name], value), hints()[name])
    except (msgspec.DecodeError, ValueError):
        raise SettingsError(f"`{name}` must be {described(name).form}: correct {source}.") from None


def _parsed(hint: Any, value: Any) -> Any:
    """A text of the command line or the environment as the type of its setting. Raises `ValueError`."""
    kind = plain(hint)
    if not isinstance(value, str) or kind is str or get_origin(kind) is Literal:
        return value
    if kind is bool:
        if value.lower() not in _SWITCH:
            raise ValueError(value)
        return _SWITCH[value.lower()]
    if kind is int:
        return int(value) if len(value) < 20 else value
    if get_origin(kind) is dict and plain(get_args(kind)[1]) not in (str, int):
        return msgspec.json.decode(value)
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if get_origin(kind) is list:
        return parts
    pairs = [part.partition("=") for part in parts]
    of_texts = get_args(kind)[1] is str
    return {name.strip(): value.strip() if of_texts else int(value) for name, _, value in pairs}
