"""What carries messages, as the settings ask for it; and the keys under which functions get codes."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from poolhouse.drivers.aws_endpoint import SignIn
from poolhouse.drivers.kms import KmsDataKeys
from poolhouse.drivers.sender_key import KeyFileDataKeys
from poolhouse.drivers.ses import SesSender
from poolhouse.drivers.sms_gateway import GatewaySender
from poolhouse.drivers.smtp import SmtpSender
from poolhouse.drivers.sns import SnsSender
from poolhouse.ports import DataKeys, Sender
from poolhouse.settings import Settings

SENDER_KEY = "sender.key"

Signer = Callable[[str, str, str], SignIn]  # (access key, its secret, service)
ContextBytes = Callable[[Mapping[str, str]], bytes]


@asynccontextmanager
async def opened(settings: Settings, signer: Signer) -> AsyncIterator[dict[str, Sender]]:
    """The carriers by medium. The dev inbox and `none` need nobody to carry messages."""
    carriers = _mailers(settings, signer) | _texters(settings, signer)
    try:
        yield dict(carriers)
    finally:
        for carrier in carriers.values():
            await carrier.close()


def _mailers(settings: Settings, signer: Signer) -> dict[str, SmtpSender | SesSender]:
    if settings.email_driver == "smtp":
        sender = SmtpSender(
            settings.smtp_host,
            settings.smtp_port,
            sender=settings.smtp_from,
            username=settings.smtp_username,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
        )
        return {"EMAIL": sender}
    if settings.email_driver == "ses":
        sign_in = signer(settings.ses_access_key_id, settings.ses_secret_access_key, "ses")
        sign, url = partial(sign_in, settings.ses_region), settings.ses_endpoint_url
        return {"EMAIL": SesSender(settings.ses_region, sign, sender=settings.smtp_from, endpoint_url=url)}
    return {}


def _texters(settings: Settings, signer: Signer) -> dict[str, SnsSender | GatewaySender]:
    if settings.sms_driver == "sns":
        sign = signer(settings.sns_access_key_id, settings.sns_secret_access_key, "sns")
        return {"SMS": SnsSender(settings.sns_region, sign, endpoint_url=settings.sns_endpoint_url)}
    if settings.sms_driver == "gateway":
        url, secret = settings.sms_gateway_url, settings.sms_gateway_secret
        return {"SMS": GatewaySender(url, secret, lambda: int(time.time()))}
    return {}


@asynccontextmanager
async def data_keys(
    settings: Settings, signer: Signer, context_bytes: ContextBytes
) -> AsyncIterator[DataKeys]:
    """AWS KMS where the settings have an access key for it, else the key file."""
    found: KmsDataKeys | KeyFileDataKeys
    if settings.kms_access_key_id:
        sign = signer(settings.kms_access_key_id, settings.kms_secret_access_key, "kms")
        found = KmsDataKeys(sign, endpoint_url=settings.kms_endpoint_url)
    else:
        found = key_file(settings, context_bytes)
    try:
        yield found
    finally:
        await found.close()


def key_file(settings: Settings, context_bytes: ContextBytes) -> KeyFileDataKeys:
    path = Path(settings.sender_key_file or Path(settings.data) / SENDER_KEY)
    return KeyFileDataKeys(path, context_bytes)
