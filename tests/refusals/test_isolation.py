"""Refused: what is another tenant's, whatever it is, in the words for what does not exist.

The stage and the requests are those of tests/isolation, which tries every identifier of every operation; here
are the words. The administrator's policy allows our pools alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.isolation.conftest import stage
from tests.isolation.page_cases import CASES as PAGES
from tests.isolation.stage import Stage
from tests.isolation.test_isolation import CASES, Question
from tests.isolation.test_pages import Visit

__all__ = ["stage"]

Count = Callable[[str, object], None]

NOBODY = "UserNotFoundException: User does not exist."
NO_CLIENT = "ResourceNotFoundException: User pool client {it} does not exist."
NO_SESSION = "NotAuthorizedException: Invalid session for the user."
NO_PAGE = "InvalidParameterException: Invalid pagination token given."
NO_DEVICE = "ResourceNotFoundException: Device does not exist."
NO_IDENTITY = "ResourceNotFoundException: Identity '{it}' not found."
DENIED = (
    "AccessDeniedException: User: arn:aws:iam::000000000000:user/admin-a is not authorized to perform: "
    "{action} on resource: {resource} because no identity-based policy allows the {action} action"
)


@dataclass(frozen=True)
class Row:
    """
    case    the label of a case of tests/isolation
    path    of the identifier in its request that is theirs
    said    `Code: text` of the API; of a page how it ends, as `PageCase.ends`. {it} is their identifier,
            {resource} the ARN that the policy was asked about
    """

    case: str
    path: str
    said: str

    @property
    def label(self) -> str:
        return f"{self.case} with their {self.path}"


def denied(operation: str, path: str, resource: str = "{resource}") -> Row:
    return Row(operation, path, DENIED.replace("{action}", operation).replace("{resource}", resource))


ROWS = (
    denied("cognito-idp:DescribeUserPool", "UserPoolId"),
    denied("cognito-idp:DeleteUserPool", "UserPoolId"),
    denied("cognito-idp:TagResource", "ResourceArn", "{it}"),
    denied("cognito-idp:AdminGetUser", "UserPoolId"),
    denied("cognito-idp:GetLogDeliveryConfiguration", "UserPoolId"),
    denied("cognito-identity:DescribeIdentity", "IdentityId", "*"),
    denied("cognito-identity:TagResource", "ResourceArn", "{it}"),
    Row("cognito-idp:AdminGetUser", "Username", NOBODY),
    Row("cognito-idp:AdminDeleteUser", "Username", NOBODY),
    Row("cognito-idp:AdminListUserAuthEvents", "Username", NOBODY),
    Row(
        "cognito-idp:AdminUpdateAuthEventFeedback",
        "EventId",
        "ResourceNotFoundException: Auth event not found.",
    ),
    Row(
        "cognito-idp:UpdateAuthEventFeedback",
        "FeedbackToken",
        "NotAuthorizedException: Invalid feedback token.",
    ),
    Row("cognito-idp:UpdateUserPoolClient", "ClientId", NO_CLIENT),
    Row("cognito-idp:SetRiskConfiguration", "ClientId", NO_CLIENT),
    Row("cognito-idp:AdminInitiateAuth ADMIN_USER_PASSWORD_AUTH", "ClientId", NO_CLIENT),
    Row(
        "cognito-idp:UpdateUserPoolClient",
        "AllowedOAuthScopes.[]",
        "ScopeDoesNotExistException: Invalid scope requested: {it}",
    ),
    Row(
        "cognito-idp:DeleteUserPoolClientSecret",
        "ClientSecretId",
        "ResourceNotFoundException: Client secret {it} does not exist.",
    ),
    Row(
        "cognito-idp:DeleteResourceServer",
        "Identifier",
        "ResourceNotFoundException: Resource server {it} does not exist.",
    ),
    Row(
        "cognito-idp:DeleteIdentityProvider",
        "ProviderName",
        "ResourceNotFoundException: Identity provider {it} does not exist.",
    ),
    Row(
        "cognito-idp:DeleteUserPoolDomain",
        "Domain",
        "InvalidParameterException: No such domain or user pool exists.",
    ),
    Row("cognito-idp:DeleteTerms", "TermsId", "ResourceNotFoundException: Terms do not exist."),
    Row(
        "cognito-idp:DeleteManagedLoginBranding",
        "ManagedLoginBrandingId",
        "ResourceNotFoundException: Managed login branding does not exist.",
    ),
    Row(
        "cognito-idp:DescribeUserImportJob",
        "JobId",
        "ResourceNotFoundException: User import job {it} does not exist.",
    ),
    Row("cognito-idp:ListIdentityProviders", "NextToken", NO_PAGE),
    Row("cognito-idp:AdminListUserSessions", "NextToken", NO_PAGE),
    Row("cognito-idp:ListUserSessions", "NextToken", NO_PAGE),
    Row("cognito-identity:ListIdentities", "NextToken", NO_PAGE),
    Row("cognito-idp:AdminForgetDevice", "DeviceKey", NO_DEVICE),
    Row("cognito-idp:ForgetDevice", "DeviceKey", NO_DEVICE),
    Row(
        "cognito-idp:DeleteWebAuthnCredential",
        "CredentialId",
        "ResourceNotFoundException: Passkey not found.",
    ),
    Row("cognito-idp:RevokeUserSession", "SessionId", "ResourceNotFoundException: Session does not exist."),
    Row("cognito-idp:RespondToAuthChallenge SOFTWARE_TOKEN_MFA", "Session", NO_SESSION),
    Row(
        "cognito-idp:RespondToAuthChallenge PASSWORD_VERIFIER",
        "ChallengeResponses.PASSWORD_CLAIM_SECRET_BLOCK",
        NO_SESSION,
    ),
    Row(
        "cognito-idp:RespondToAuthChallenge WEB_AUTHN",
        "ChallengeResponses.CREDENTIAL",
        "NotAuthorizedException: Incorrect username or password.",
    ),
    Row(
        "cognito-idp:GetTokensFromRefreshToken",
        "RefreshToken",
        "NotAuthorizedException: Invalid Refresh Token",
    ),
    Row(
        "cognito-idp:GetDerivedToken for a resource",
        "SubjectToken",
        "NotAuthorizedException: Invalid Access Token",
    ),
    Row("cognito-identity:LookupDeveloperIdentity", "IdentityId", NO_IDENTITY),
    Row("cognito-identity:UnlinkDeveloperIdentity", "IdentityId", NO_IDENTITY),
    Row(
        "cognito-identity:MergeDeveloperIdentities",
        "SourceUserIdentifier",
        "ResourceNotFoundException: Developer user identifier not found.",
    ),
    Row(
        "sts:AssumeRole",
        "RoleArn",
        "AccessDeniedException: User: arn:aws:iam::000000000000:user/admin-a is not authorized to perform: "
        "sts:AssumeRole on resource: {it}",
    ),
)

ON_PAGES = (
    Row("GET /oauth2/authorize", "query.client_id", "302 /error"),
    Row("GET /oauth2/authorize", "cookies.cognito", "302 /login"),
    Row("GET /oauth2/authorize for an address", "query.redirect_uri", "302 /error"),
    Row("POST /oauth2/token by code", "form.code", "400 invalid_grant"),
    Row("POST /oauth2/token by refresh token", "form.refresh_token", "400 invalid_grant"),
    Row("POST /oauth2/token of a machine", "form.scope", "400 invalid_scope"),
    Row("GET /oauth2/userInfo", "headers.authorization", "401 invalid_token"),
    Row("GET /oauth2/idpresponse", "query.state", "400 page"),
    Row("POST /mfa", "form.state", "400 page"),
    Row("POST /confirm", "form.carried", "400 page"),
    Row("POST /confirmForgotPassword", "form.code", "400 page"),
    Row("GET /eventFeedback", "query.token", "400 page"),
)


@pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])
def test_what_is_another_tenants_is_refused(row: Row, stage: Stage, count: Count) -> None:
    case = next(one for one in CASES if one.label == row.case)
    path = tuple(row.path.split("."))
    asked = Question(stage, case, {path: ("theirs", 0)})

    refused = asked.answer()

    (it,) = asked.drawn
    resource = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{it}"
    said = f"{refused.code}: {refused.body[0] if refused.code else refused.body}"
    assert said == row.said.replace("{it}", str(it)).replace("{resource}", resource)
    assert stage.rows_of(stage.theirs) == stage.theirs_before
    count("refused", 1)
    assert Question(stage, case, {}).answer().code == case.ends
    count("twins", 1)


@pytest.mark.parametrize("row", ON_PAGES, ids=[row.label for row in ON_PAGES])
def test_what_is_another_tenants_is_refused_on_the_pages(row: Row, stage: Stage, count: Count) -> None:
    case = next(one for one in PAGES if one.label == row.case)
    path = tuple(row.path.split("."))

    assert Visit(stage, case, {path: ("theirs", 0)}).answer().code == row.said
    assert stage.rows_of(stage.theirs) == stage.theirs_before
    count("refused", 1)
    assert Visit(stage, case, {}).answer().code == case.ends != row.said
    count("twins", 1)
