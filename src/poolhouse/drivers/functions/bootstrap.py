"""Runs a Python function with AWS's own runtime client: `python bootstrap.py handler.handler`.

It runs in the function's process, without Poolhouse. The client takes a path after the port, except where
it reports that the module could not be loaded; so that is sent from here.
"""

import json
import os
import sys
import urllib.request
from typing import Any

from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

_ADDRESS = os.environ["AWS_LAMBDA_RUNTIME_API"]


class _Client(LambdaRuntimeClient):  # type: ignore[misc]
    def post_init_error(self, error_response_data: dict[str, Any], error_type_override: Any = None) -> None:
        body = json.dumps(error_response_data).encode()
        request = urllib.request.Request(f"http://{_ADDRESS}/2018-06-01/runtime/init/error", body)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request):
            """Nothing more is to be said."""


if __name__ == "__main__":
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    bootstrap.run(sys.argv[1], _Client(_ADDRESS))
