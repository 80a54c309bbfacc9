"""Mail by Amazon SES: API version 2, SendEmail."""

import json
import re
from typing import Any

from poolhouse.drivers.aws_endpoint import AwsEndpoint, Sign
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import Message

_PATH = "/v2/email/outbound-emails"
_NAME = re.compile(r"[A-Za-z]{1,64}")


class SesSender:
    """Hands mail to SES. Its errors name no address: the service's own sentences do."""

    def __init__(self, region: str, sign: Sign, *, sender: str, endpoint_url: str = "") -> None:
        """sign    signs for the service `ses` in `region`
        sender  the From of mail whose pool names none
        """
        self._endpoint = AwsEndpoint(endpoint_url or f"https://email.{region}.amazonaws.com", sign)
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Raises `DeliveryFailed` when SES did not take the message."""
        body = json.dumps(_request(message, message.sender or self._sender)).encode()
        answer = await self._endpoint.post(_PATH, "application/json", body)
        if answer.status_code != 200:
            name = _NAME.match(answer.headers.get("x-amzn-errortype", ""))
            reason = f" ({name[0]})" if name else ""
            raise DeliveryFailed(f"Amazon SES answered {answer.status_code}{reason}.")

    async def close(self) -> None:
        await self._endpoint.close()


def _request(message: Message, sender: str) -> dict[str, Any]:
    body = {"Html" if message.html else "Text": _text(message.body)}
    if message.text:
        body["Text"] = _text(message.text)
    request: dict[str, Any] = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [message.to]},
        "Content": {
            "Simple": {"Subject": _text(message.subject), "Body": body},
        },
    }
    if message.reply_to:
        request["ReplyToAddresses"] = [message.reply_to]
    if message.identity_arn:
        request["FromEmailAddressIdentityArn"] = message.identity_arn
    if message.configuration_set:
        request["ConfigurationSetName"] = message.configuration_set
    return request


def _text(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
