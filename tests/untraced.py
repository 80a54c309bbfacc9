"""Without what measures coverage: for what is timed, and for tables that go where others have been before.

The tracer costs as much again as half of what it watches, and a quarter of all tests are such rows.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def untraced() -> Iterator[None]:
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
