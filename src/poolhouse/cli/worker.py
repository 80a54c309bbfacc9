"""What a worker process of `poolhouse serve` runs; the parent starts it (drivers/workers.py)."""

import sys

from poolhouse.cli import collect_rarely
from poolhouse.errors import SettingsError


def main(listener_handle: int, parent_handle: int) -> None:
    collect_rarely()
    from poolhouse import processes

    try:
        processes.run_worker(listener_handle, parent_handle)
    except SettingsError as error:
        sys.exit(f"poolhouse: {error}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
