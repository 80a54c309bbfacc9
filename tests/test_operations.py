"""The AWS models are the contract: every operation is there or refused by name, and answers what it declares.

What is read from the source here is also seen at work: each row of tests/refusals checks that the
operation it called declares the error that came.
"""

import pytest

import poolhouse.operations  # noqa: F401 - registers every operation
from poolhouse.web import api
from poolhouse.wire.operations import Handler, Operation, model, operations, registered
from poolhouse.wire.unsupported import UNSUPPORTED
from tests.reach import errors_of

# What any operation may answer whatever its model says.
_ANYWHERE = frozenset({"InternalErrorException", "InvalidParameterException"})

# What STS answers beside what its model declares: errors that are common to all query services (IAM and STS
# API references, "Common Errors").
_COMMON_IN_STS = frozenset({"AccessDeniedException", "ValidationException", "TooManyRequestsException"})

# Errors that reading the source finds and that never come, each with the reason.
_NEVER = {
    ("AdminCreateUser", "PasswordUsedBefore"): "a new user has used no password before",
    ("SignUp", "PasswordUsedBefore"): "a new user has used no password before",
    ("AdminDeleteUserAttributes", "AliasExists"): "a deletion claims no name",
    ("DeleteUserAttributes", "AliasExists"): "a deletion claims no name",
    ("AdminDeleteUserAttributes", "CodeDeliveryFailure"): "a deletion sends no code",
    ("DeleteUserAttributes", "CodeDeliveryFailure"): "a deletion sends no code",
    ("AdminResetUserPassword", "CodeDeliveryFailure"): "delivery answers NotDeliverable in its place",
    ("AdminUpdateUserAttributes", "CodeDeliveryFailure"): "delivery answers NotDeliverable in its place",
    ("AdminDeleteUserAttributes", "DailyEmailLimit"): "a deletion sends no code",
    ("DeleteUserAttributes", "DailyEmailLimit"): "a deletion sends no code",
    ("AdminCreateUser", "DailyEmailLimit"): "delivery answers DailyEmailLimitReached in its place",
    ("AdminUpdateUserAttributes", "DailyEmailLimit"): "delivery answers DailyEmailLimitReached in its place",
    ("UpdateUserAttributes", "DailyEmailLimit"): "delivery answers DailyEmailLimitReached in its place",
    ("InitiateAuth", "DailyEmailLimit"): "delivery answers DailyEmailLimitReached in its place",
    ("AdminInitiateAuth", "DailyEmailLimit"): "delivery answers DailyEmailLimitReached in its place",
    ("AdminDisableProviderForUser", "LimitExceeded"): "after a removal there are fewer links than before",
    ("CreateUserPool", "PoolNotFound"): "nobody else knows the id of the new pool yet",
    ("InitiateAuth", "CodeDeliveryFailure"): "a factor whose code nothing would deliver is not offered",
    ("AdminInitiateAuth", "CodeDeliveryFailure"): "a factor whose code nothing would deliver is not offered",
    ("RespondToAuthChallenge", "CodeDeliveryFailure"): "a mail that nothing carries is not written",
    (
        "AdminRespondToAuthChallenge",
        "CodeDeliveryFailure",
    ): "a mail of a risk that nothing carries is not written",
    ("RevokeToken", "ClientSecretMismatch"): "the operation asks for Unauthorized in its place",
    ("RevokeToken", "InvalidRefreshToken"): "a token that does not open is a success",
    ("VerifyUserAttribute", "TooManyFailedAttempts"): "for this purpose the codes answer LimitExceeded",
    ("AssociateSoftwareToken", "UserNotFound"): "web/api.py answers AccessTokenRevoked in its place",
    ("AssociateSoftwareToken", "UserNotConfirmed"): "the session of such a user is answered InvalidSession",
    (
        "AssociateSoftwareToken",
        "PasswordResetRequired",
    ): "the session of such a user is answered InvalidSession",
    **{
        ("GetClientToken", name): "the operation answers FunctionRefusedClient in its place"
        for name in (
            "UserLambdaValidation",
            "UnexpectedLambda",
            "LambdaNotConfigured",
            "LambdaTimeout",
            "UnrecognizableLambdaOutput",
            "LambdaOutputNotJson",
        )
    },
    ("GetDerivedToken", "AliasExists"): "the operation answers ForeignSignInRefused in its place",
    ("GetDerivedToken", "UserNotConfirmed"): "the operation answers ForeignSignInRefused in its place",
    ("GlobalSignOut", "UserNotFound"): "web/api.py answers AccessTokenRevoked in its place",
    ("CreateIdentityPool", "ClientNotFound"): "IdentityProviderUnusable is answered in its place",
    ("CreateIdentityPool", "PoolNotFound"): "IdentityProviderUnusable is answered in its place",
    ("CreateIdentityPool", "IdentityPoolNotFound"): "nobody else knows the id of the new pool yet",
    ("DeleteIdentities", "IdentityPoolNotFound"): "what is not there is as it should be",
    ("DeleteIdentities", "IdentityNotFound"): "what is not there is as it should be",
    ("GetCredentialsForIdentity", "MalformedPolicyDocument"): "the policy for guests is ours",
    ("GetCredentialsForIdentity", "SessionTooLong"): "an hour is the shortest maximum that a role can have",
    **{
        ("GetCredentialsForIdentity", name): "InvalidIdentityPoolConfiguration is answered in its place"
        for name in ("NotAllowedToAssume", "PackedPolicyTooLarge")
    },
    **{
        (operation, "UserNotFound"): "identity/logins answers LoginRevoked in its place"
        for operation in (
            "GetId",
            "GetCredentialsForIdentity",
            "GetOpenIdToken",
            "GetOpenIdTokenForDeveloperIdentity",
            "UnlinkIdentity",
        )
    },
    **{
        ("GetCredentialsForIdentity", name): "the session policy of guests is one document of ours"
        for name in ("NoSuchPolicy", "TooManyPolicies")
    },
    **{
        ("AssumeRoleWithWebIdentity", name): "sts/web_tokens.py answers in the words of STS"
        for name in (
            "AccessTokenExpired",
            "AccessTokenRevoked",
            "AccessTokenUnverified",
            "ClientNotFound",
            "InvalidAccessToken",
            "PoolNotFound",
            "UserNotFound",
        )
    },
}

# What the gateway may answer before the operation runs and the model does not declare.
_UNDECLARED_BY_AWS = {
    ("AssociateSoftwareToken", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("SetUserMFAPreference", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("AdminSetUserMFAPreference", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("SetUserSettings", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("AdminSetUserSettings", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("CreateUserPoolDomain", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("DeleteUserPoolDomain", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("DescribeUserPoolDomain", "TooManyRequestsException"): "throttling is common to all AWS operations",
    ("GetSigningCertificate", "TooManyRequestsException"): "throttling is common to all AWS operations",
}

REGISTERED = sorted(registered())
NAMES = [f"{service}:{name}" for service, name in REGISTERED]


def test_every_operation_is_registered_or_unsupported_with_a_reason_and_never_both() -> None:
    here, later = set(registered()), set(UNSUPPORTED)

    assert here & later == set()
    assert here | later == set(operations())
    assert [key for key, reason in UNSUPPORTED.items() if not reason.strip()] == []


def test_the_numbers_are_those_of_the_models() -> None:
    by_service = {
        service: [name for found, name in operations() if found == service]
        for service in ("cognito-idp", "cognito-identity", "sts")
    }

    assert {service: len(names) for service, names in by_service.items()} == {
        "cognito-idp": 141,
        "cognito-identity": 23,
        "sts": 11,
    }


@pytest.mark.parametrize("key", REGISTERED, ids=NAMES)
def test_an_operation_reaches_no_error_that_its_model_does_not_declare(key: tuple[str, str]) -> None:
    operation = operations()[key]
    reached = {
        found.__name__
        for found in errors_of(registered()[key])
        if found.code not in _declared(operation) | _ANYWHERE
    }

    assert reached - {name for owner, name in _NEVER if owner == operation.name} == set()


def _declared(operation: Operation) -> frozenset[str]:
    return operation.errors | (_COMMON_IN_STS if operation.service == "sts" else frozenset())


def test_every_exception_to_that_is_still_needed() -> None:
    stale = [
        (name, error)
        for name, error in _NEVER
        if error not in {found.__name__ for found in errors_of(_handler(name))}
    ]

    assert stale == []


def _handler(name: str) -> Handler:
    """Of the exceptions each is an operation that one service alone has."""
    (found,) = [handler for (_, operation), handler in registered().items() if operation == name]
    return found


@pytest.mark.parametrize("key", REGISTERED, ids=NAMES)
def test_the_gateway_answers_no_error_that_the_model_does_not_declare(key: tuple[str, str]) -> None:
    operation = operations()[key]

    undeclared = {
        code
        for code in _of_gateway(operation) - _declared(operation)
        if (operation.name, code) not in _UNDECLARED_BY_AWS and (operation.name, code) not in api._INSTEAD
    }

    assert undeclared == set()


def _of_gateway(operation: Operation) -> set[str]:
    """Placing the request, web/api.py: the pool and client, the token and its owner, the rate."""
    members = model(operation.service)["shapes"][operation.input]["members"]
    found = {"TooManyRequestsException"}
    if operation.takes_access_token:
        found |= {"NotAuthorizedException", "UserNotFoundException", "ResourceNotFoundException"}
    if members.keys() & {"UserPoolId", "ClientId", "IdentityPoolId", "IdentityId"}:
        found.add("ResourceNotFoundException")
    return found
