"""Which pool the people of an e-mail domain sign in to; copies of pools (docs/guides/multi-tenancy.md)."""

from poolhouse.errors.oauth import InvalidOAuthRequest
from poolhouse.errors.parameters import InvalidParameter


class EmailDomainTaken(InvalidParameter):
    message = "The e-mail domain {domain} is of another user pool."


class TenantClientNotInPool(InvalidParameter):
    message = (
        "The tag poolhouse:tenant-client names {client_id}, which is no app client of this user pool: "
        "make the client first."
    )


class DiscoveryNeedsDomain(InvalidOAuthRequest):
    description = "Send one parameter, domain: what follows the @ of an e-mail address, such as acme.example."


class DiscoveryWithAddress(InvalidOAuthRequest):
    description = "Send the domain alone: an e-mail address has no business in the query of a request."


class ProviderNeedsSecret(InvalidParameter):
    message = (
        "The identity provider {name} has a secret, which is not copied: give one of the new pool's own with "
        "--provider-secret {name}=FILE, or use the same with --copy-provider-secrets."
    )


class ProviderWithoutSecret(InvalidParameter):
    message = "The template has no identity provider {name} with a secret: correct --provider-secret."


class TenantClientUnclear(InvalidParameter):
    message = (
        "Which app client begins the sign-ins of the e-mail domains? Name one of the template with "
        "--tenant-client, or give the template the tags of a tenant."
    )


class NotAPoolName(InvalidParameter):
    message = "A user pool's name has 1 to 128 letters, digits, blanks and _+=,.@-: correct --name."


class NotARegion(InvalidParameter):
    message = "A Region's name has 1 to 32 small letters, digits and hyphens: correct --region."
