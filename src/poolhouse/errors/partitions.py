"""Why the partitions of a table are as they were."""


class CannotPartition(Exception):
    """They could not be changed now; its text says why. Nothing was changed."""


class PartitionGone(Exception):
    """Another worker has dropped it."""
