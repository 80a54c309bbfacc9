"""What OAuth endpoints and pages refuse (RFC 6749, 4.1.2.1 and 5.2; behaviour file, 6.3 and 6.4).

`OAuthError` goes to the app client, as JSON or in a redirect. `PageError` never does: it is a page of
ours, because whoever sent the browser here has not shown that it is a client that we know.
"""

from typing import Literal


class OAuthError(Exception):
    """`error` and `error_description`; the description is of ours, never a secret."""

    error = "invalid_request"
    description = ""
    status = 400

    def __init__(self, description: str = "") -> None:
        self.description = description or self.description
        super().__init__(self.error)


class InvalidOAuthRequest(OAuthError):
    pass


class InvalidClient(OAuthError):
    error = "invalid_client"


class RevokingClientUnknown(InvalidClient):
    """At /oauth2/revoke alone it is a 401 (behaviour file, 6.6)."""

    status = 401


class UnsupportedTokenToRevoke(OAuthError):
    error = "unsupported_token_type"


class BearerRefused(OAuthError):
    """Of a request with a bearer token (RFC 6750, section 3)."""


class BadUserInfoRequest(BearerRefused):
    description = "Bad OAuth2 request at UserInfo Endpoint"


class DeadBearerToken(BearerRefused):
    error = "invalid_token"
    description = "Access token is expired, disabled, or deleted, or the user has globally signed out."
    status = 401


class TokenWithoutOpenid(DeadBearerToken):
    description = "Access token does not contain openid scope"


class InvalidGrant(OAuthError):
    error = "invalid_grant"


class UnauthorizedClient(OAuthError):
    error = "unauthorized_client"


class UnsupportedGrantType(OAuthError):
    error = "unsupported_grant_type"


class InvalidScope(OAuthError):
    """In the browser flow it is a description of invalid_request: see `FlowScopeRefused`."""

    error = "invalid_scope"


class FlowScopeRefused(OAuthError):
    description = "invalid_scope"


class FlowNotAllowed(OAuthError):
    description = "unauthorized_client"


class LoginRequired(OAuthError):
    error = "login_required"


class ConsentRequired(OAuthError):
    error = "consent_required"


class RequestNotSupported(OAuthError):
    """OpenID Connect Core, section 3.1.2.6; Cognito has neither `request` nor `request_uri` (6.2)."""

    error = "request_not_supported"


class RequestUriNotSupported(OAuthError):
    error = "request_uri_not_supported"


class InvalidTarget(OAuthError):
    """RFC 8707, section 2."""

    error = "invalid_target"


class AccessDeniedByUser(OAuthError):
    error = "access_denied"


class OAuthServerError(OAuthError):
    error = "server_error"


class PageError(Exception):
    """A page. `error` is Cognito's code, `sentence` what people search for, `kind` which page it is."""

    error = "invalid_request"
    sentence = "An error was encountered with the requested page."
    status = 400
    kind: Literal["link", "unavailable", "late", "provider", "ours"] = "link"

    def __init__(self, sentence: str = "", client_id: str = "") -> None:
        self.sentence = sentence or self.sentence
        self.client_id = client_id
        super().__init__(self.error)


class RedirectMismatch(PageError):
    error = "redirect_mismatch"


class UnknownClientOnPage(PageError):
    pass


class PagesUnavailable(PageError):
    """Managed login, and the client has no style (6.3)."""

    sentence = "Login pages unavailable. Please contact an administrator."
    status = 403
    kind = "unavailable"


class ParameterMissing(PageError):
    """`sentence` names the parameter, in Cognito's words."""


class ClientWithoutOAuth(PageError):
    error = "unauthorized_client"
    sentence = "Client is not enabled for OAuth2.0 flows."


class OptionNotAvailable(PageError):
    sentence = "Login option is not available. Please try another one"
    kind = "provider"


class InvalidState(PageError):
    sentence = "Invalid State"


class ProviderTooLate(PageError):
    """Somebody came back from a provider after more than five minutes."""

    sentence = "Something went wrong"
    kind = "late"


class FormOutOfDate(PageError):
    """A post without the token of its page: another site's, or one of a browser that lost its cookies."""

    status = 403
