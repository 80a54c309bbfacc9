"""What was typed on a page, as the API would take it."""

from poolhouse.errors import InvalidParameter
from poolhouse.wire import validate
from poolhouse.wire.operations import operations


def fits(operation: str, **members: object) -> bool:
    """Would the operation take these members? Lengths and characters, by the AWS model (wire/validate.py).

    What it would not take must not reach the store: a name of a page is as long as somebody likes.
    """
    try:
        validate.check(operations()[("cognito-idp", operation)], members)
    except InvalidParameter:
        return False
    return True
