"""Text messages by Amazon SNS: Publish, in the query protocol."""

import re
from functools import partial
from urllib.parse import quote_from_bytes

from poolhouse.drivers.aws_endpoint import AwsEndpoint, SignIn
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import Message

_CODE = re.compile(r"<Code>([A-Za-z.]{1,64})</Code>")
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


class SnsSender:
    """Hands text messages to SNS. Its errors name no number: the service's own sentences do."""

    def __init__(self, region: str, sign: SignIn, *, endpoint_url: str = "") -> None:
        """region  where a pool names none in its SnsRegion
        sign    signs for the service `sns`, in the Region that it is told
        """
        self._region = region
        self._sign = sign
        self._endpoint_url = endpoint_url
        self._endpoints: dict[str, AwsEndpoint] = {}

    async def send(self, message: Message) -> None:
        """Raises `DeliveryFailed` when SNS did not take the message."""
        endpoint = self._endpoint(message.region or self._region)
        answer = await endpoint.post("/", _FORM, _form(_parameters(message)))
        if answer.status_code != 200:
            code = _CODE.search(answer.text)
            reason = f" ({code[1]})" if code else ""
            raise DeliveryFailed(f"Amazon SNS answered {answer.status_code}{reason}.")

    async def close(self) -> None:
        for endpoint in self._endpoints.values():
            await endpoint.close()

    def _endpoint(self, region: str) -> AwsEndpoint:
        if region not in self._endpoints:
            url = self._endpoint_url or f"https://sns.{region}.amazonaws.com"
            self._endpoints[region] = AwsEndpoint(url, partial(self._sign, region))
        return self._endpoints[region]


def _parameters(message: Message) -> dict[str, str]:
    """A transactional message: SNS prefers reliable delivery over a low price for it."""
    return {
        "Action": "Publish",
        "Version": "2010-03-31",
        "PhoneNumber": message.to,
        "Message": message.body,
        "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
        "MessageAttributes.entry.1.Value.DataType": "String",
        "MessageAttributes.entry.1.Value.StringValue": "Transactional",
    }


def _form(parameters: dict[str, str]) -> bytes:
    pairs = (f"{name}={quote_from_bytes(value.encode(), safe='-._~')}" for name, value in parameters.items())
    return "&".join(pairs).encode()
