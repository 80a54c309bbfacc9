"""SAML messages that are not believed (behaviour file, 6.3). Texts without [E] are [K].

No `ApiError`: the browser flow puts the text into `error_description`, after a prefix.
"""

from typing import ClassVar

from poolhouse.errors.oauth import PageError
from poolhouse.errors.parameters import InvalidParameter


class SamlRefused(Exception):
    """`message` says which rule was broken, in words that name no secret and quote nothing unchecked."""

    text: ClassVar[str] = "The message could not be read."

    def __init__(self, **places: object) -> None:
        self.message = type(self).text.format(**places)
        super().__init__(self.message)

    @property
    def description(self) -> str:
        """As the app reads it: prefix, text, a full stop and a blank [E: one capture]."""
        return self.described(self.message)

    @staticmethod
    def described(message: str) -> str:
        return f"Invalid SAML response received: {message.removesuffix('.')}. "


class SamlUnreadable(SamlRefused):
    """Too long, no base64, no XML, a document type, or not the element that belongs here."""


class NotOneAssertion(SamlRefused):
    text = "Responses must contain exactly one Assertion"


class NotOneEncryptedAssertion(SamlRefused):
    """[E]"""

    text = "Responses must contain exactly one Encrypted Assertion"


class SignatureRefused(SamlRefused):
    """[E] The one answer to all between decrypting and verifying: who asks again and again learns nothing."""

    text = "SAML Assertion signature is invalid."


class StatusRefused(SamlRefused):
    """`status` is one of the codes of SAML core, 3.2.2.2, never what the message says beside it."""

    text = "The identity provider answered {status}"


class IssuerRefused(SamlRefused):
    text = "Issuer of the SAML response is not the identity provider"


class DestinationRefused(SamlRefused):
    text = "SAML response is for another destination"


class AudienceRefused(SamlRefused):
    text = "Audience restriction in SAML Assertion does not allow it for {audience}"


class InResponseToRefused(SamlRefused):
    text = "SAML response answers no request of this sign-in"


class NotInTime(SamlRefused):
    text = "SAML Assertion is not yet valid or has expired"


class ConditionRefused(SamlRefused):
    text = "SAML Assertion has a condition that is not understood"


class SubjectRefused(SamlRefused):
    text = "SAML Assertion has no subject with a name and a bearer confirmation"


class AttributesRefused(SamlRefused):
    text = "SAML Assertion has an attribute without a name"


class AssertionUsed(SamlRefused):
    text = "SAML Assertion has been used before"


class ProviderMayNotBegin(SamlRefused):
    """An assertion that answers no request, of a provider without IDPInit=true."""

    text = "The identity provider may not send what was not asked for"


class NameChanged(SamlRefused):
    """[E] The NameID is that of a known user but for its case."""

    text = "Invalid ProviderName/Username combination."


class RelayStateInvalid(PageError):
    """No app could be told: what came back is no sign-in of ours, or not of this browser [K]."""

    sentence = "Invalid relayState from identity provider"


class SamlLogoutRefused(PageError):
    """The sentence says which rule was broken [K]."""

    sentence = "The logout message could not be read"


class InvalidSamlMetadata(InvalidParameter):
    """What CreateIdentityProvider and UpdateIdentityProvider answer; the words are [K]."""

    message = "Invalid SAML metadata: {why}"


class SamlMetadataNotFetched(InvalidParameter):
    """The wording is [K]."""

    message = "Error retrieving SAML metadata from {url}"


class SamlMetadataAmbiguous(InvalidParameter):
    """The wording is [K]."""

    message = "ProviderDetails must have either MetadataURL or MetadataFile."
