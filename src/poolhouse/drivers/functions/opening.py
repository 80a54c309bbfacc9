"""The Invoker that the settings ask for."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from poolhouse.drivers.functions.dispatch import Dispatcher, Observe, Runtime
from poolhouse.drivers.functions.endpoints import Endpoints
from poolhouse.drivers.functions.lambda_api import LambdaApi, Sign
from poolhouse.drivers.functions.local import LocalFunctions
from poolhouse.errors import SettingsError
from poolhouse.settings import Settings

Tell = Callable[..., None]  # (what happened, **details)

_SPARED = "a function has failed too often and is not called for a while"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@asynccontextmanager
async def opened(
    settings: Settings, sign: Sign, tell: Tell, warn: Tell, observe: Observe
) -> AsyncIterator[Dispatcher]:
    """sign     for the service `lambda`
    tell     for the log; `warn` for what an operator should look into
    observe  for the metrics

    Raises `SettingsError`.
    """
    runtimes: list[Runtime] = []
    dispatcher = Dispatcher(runtimes, observe, lambda arn: warn(_SPARED, arn=arn))
    if settings.function_urls or settings.function_url_secrets:
        known = Endpoints(settings.function_urls, settings.function_url_secrets, lambda: int(time.time()))
        runtimes.append(known)
    try:
        if settings.functions:
            local = _local(settings, tell, warn)
            runtimes.append(local)
            await local.open()
        if settings.lambda_endpoint or settings.lambda_access_key_id or settings.lambda_secret_access_key:
            _check_lambda(settings)
            api = LambdaApi(sign, region=settings.lambda_region, endpoint=settings.lambda_endpoint)
            runtimes.append(api)
        yield dispatcher
    finally:
        await dispatcher.close()


def _local(settings: Settings, tell: Tell, warn: Tell) -> LocalFunctions:
    return LocalFunctions(
        Path(settings.functions).absolute(),
        tell,
        warn,
        region=settings.region,
        account=settings.account_id,
        memory=settings.function_memory,
        processes=settings.function_processes,
        watch=settings.profile == "dev",
    )


def _check_lambda(settings: Settings) -> None:
    if bool(settings.lambda_access_key_id) != bool(settings.lambda_secret_access_key):
        raise SettingsError(
            "`lambda_access_key_id` and `lambda_secret_access_key` need each other: set both."
        )
    url = urlsplit(settings.lambda_endpoint)
    if not settings.lambda_endpoint:
        return
    if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc or url.query:
        raise SettingsError("`lambda_endpoint` must be an address such as http://localhost:3001: correct it.")
    if settings.profile == "serve" and url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise SettingsError(
            "`lambda_endpoint` must begin with https:// because events hold secrets of users: correct it."
        )
