"""What every answer that is not a success has: a code, a status, a text."""

from typing import ClassVar


class SettingsError(Exception):
    """Something the operator must change. One sentence that says what to do."""


class DeliveryFailed(Exception):
    """A message was not taken by the mail or SMS service. Never names the address or the code."""


class ApiError(Exception):
    """An answer of the service that is not a success."""

    code: ClassVar[str] = "InternalErrorException"
    status: ClassVar[int] = 400
    message: str = ""

    def __init__(self, message: str | None = None, /, **places: object) -> None:
        text = type(self).message if message is None else message
        self.message = text.format(**places) if places else text
        super().__init__(self.message)

    def members(self) -> dict[str, str]:
        """Further members of the answer beside `message`."""
        return {}


class InternalError(ApiError):
    code = "InternalErrorException"
    status = 500
    message = "Something went wrong on our side. Quote the request id {request_id} when you report it."
