"""Which SDK calls, as triggers see it: `callerContext.awsSdkVersion` (behaviour file, 5.1)."""

import re

UNKNOWN = "aws-sdk-unknown-unknown"
_SDK = re.compile(r"(?:^| )(aws-sdk-[a-z0-9-]{1,40})/([0-9A-Za-z.-]{1,40})", re.ASCII)


def named_by(user_agent: str) -> str:
    """`aws-sdk-js-2.1639.0` for `aws-sdk-js/2.1639.0 linux/v20 ..`; `UNKNOWN` for what is no AWS SDK's."""
    found = _SDK.search(user_agent)
    return f"{found[1]}-{found[2]}" if found else UNKNOWN
