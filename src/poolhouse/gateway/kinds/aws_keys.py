"""The credentials that the gateway itself has at an upstream: of the environment, or of a file."""

import configparser

from poolhouse.errors import SettingsError
from poolhouse.gateway.config import AwsRoute
from poolhouse.gateway.outside import Outside
from poolhouse.wire.sigv4 import Credentials


def own(route: AwsRoute, outside: Outside) -> Credentials:
    """Raises `SettingsError`, which never says a value."""
    return _of_file(route, outside) if route.credentials_file else _of_environment(route, outside)


def _of_environment(route: AwsRoute, outside: Outside) -> Credentials:
    names = (route.access_key_id_variable, route.secret_access_key_variable)
    found = [outside.environ.get(name, "") for name in names]
    for name, value in zip(names, found, strict=True):
        if not value:
            raise SettingsError(
                f"The route {route.path} needs the environment variable {name}, which is not set: set it, or "
                "name a credentials_file."
            )
    return Credentials(found[0], found[1], outside.environ.get(route.session_token_variable) or None)


def _of_file(route: AwsRoute, outside: Outside) -> Credentials:
    read = configparser.RawConfigParser()
    try:
        read.read_string(outside.beside(route.credentials_file).read_text("utf-8"))
        profile = read[route.credentials_profile]
        key, secret = profile["aws_access_key_id"], profile["aws_secret_access_key"]
    except (OSError, ValueError, KeyError, configparser.Error) as error:
        raise SettingsError(
            f"The route {route.path} finds no credentials in {route.credentials_file} "
            f"({type(error).__name__}): write aws_access_key_id and aws_secret_access_key into its "
            f"profile [{route.credentials_profile}]."
        ) from None
    return Credentials(key, secret, profile.get("aws_session_token") or None)
