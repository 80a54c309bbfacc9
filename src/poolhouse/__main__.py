"""`python -m poolhouse` is `poolhouse`."""

from poolhouse.cli import main

main()
