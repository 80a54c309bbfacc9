"""What a Lambda trigger that fails is answered with (behaviour file, 1.17 and 5.1)."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter


class FunctionFailed(Exception):
    """The function ran and raised."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(error_type)
        self.error_type = error_type
        self.message = message


class InvocationFailed(Exception):
    """The function could not be called; `reason` is what Lambda calls it, such as AccessDeniedException.

    passing  it may work the next time
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class InvocationTimeout(Exception):
    """The function did not answer in time."""


class UserLambdaValidation(ApiError):
    """error  what the function said itself, which pages show as it is"""

    code = "UserLambdaValidationException"
    message = "{trigger} failed with error {error}."

    def __init__(self, *, trigger: str, error: str) -> None:
        super().__init__(trigger=trigger, error=error)
        self.said = error


class UnexpectedLambda(ApiError):
    code = "UnexpectedLambdaException"
    message = "{trigger} invocation failed due to error {reason}."


class LambdaNotConfigured(UnexpectedLambda):
    """Nothing here can call the function."""

    message = "{trigger} invocation failed due to configuration."


class LambdaTimeout(UnexpectedLambda):
    message = "{arn} failed with error Socket timeout while invoking Lambda function."


class UnrecognizableLambdaOutput(ApiError):
    code = "InvalidLambdaResponseException"
    message = "Unrecognizable lambda output"


class LambdaOutputNotJson(UnrecognizableLambdaOutput):
    message = "Invalid lambda function output : Invalid JSON"


class TriggerUnreachable(InvalidParameter):
    """Ours: Cognito calls any function of AWS, and learns only then that it cannot."""

    message = (
        "{kind} names a function that cannot be called here: {why} "
        "To save it all the same, give the pool the tag {tag} = allowed."
    )


class VerifiedWithoutAttribute(UnrecognizableLambdaOutput):
    """PreSignUp verifies an address that the user does not have. The words are [K]."""

    message = "PreSignUp sets {member}, but the user has no {name}."


class ChallengeTooLong(UnrecognizableLambdaOutput):
    """What CreateAuthChallenge wants to be kept travels in the Session, which has a longest length."""

    message = "The private parameters and metadata of the challenge are too long for a session."
