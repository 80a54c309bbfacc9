"""The ARN of a Lambda function, taken apart."""

import re

from msgspec import Struct

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):lambda:(?P<region>[a-z0-9-]{1,32}):(?P<account>[0-9]{12})"
    r":function:(?P<name>[A-Za-z0-9_-]{1,64})(:(?P<qualifier>\$LATEST|[A-Za-z0-9_-]{1,128}))?"
)


class Function(Struct, frozen=True):
    """What an ARN names. `qualifier` is an alias or a version, or empty."""

    arn: str
    partition: str
    region: str
    account: str
    name: str
    qualifier: str

    @property
    def unqualified(self) -> str:
        """The ARN without its qualifier."""
        return self.arn.removesuffix(f":{self.qualifier}") if self.qualifier else self.arn


def read(arn: str) -> Function | None:
    """None: not the ARN of a function."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return None
    parts = {name: value or "" for name, value in found.groupdict().items()}
    return Function(arn=arn, **parts)
