"""Domains of user pools (behaviour file, 1.12)."""

from poolhouse.errors.parameters import InvalidParameter


class DomainCharacters(InvalidParameter):
    message = (
        "The domain name contains an invalid character. Domain names can only contain lower-case letters, "
        "numbers, and hyphens. Please enter a different name that follows this format: "
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
    )


class DomainReservedWord(InvalidParameter):
    message = "Domain cannot contain reserved word: {word}"


class DomainTaken(InvalidParameter):
    """Another pool has it, or it is the server's own."""

    message = "Domain already associated with another user pool."


class DomainAlready(InvalidParameter):
    """The pool has one of this kind. The wording is [K]."""

    message = "User pool already has a domain configured."


class DomainNotFound(InvalidParameter):
    """The wording is [K]."""

    message = "No such domain or user pool exists."


class NotASubdomain(InvalidParameter):
    """Of a custom domain. What follows the colon is ours."""

    message = "Custom domain is not a valid subdomain: {why}"


class CertificateNotUsable(InvalidParameter):
    """The wording is [K]."""

    message = "Invalid certificate ARN: the certificate must be one of AWS Certificate Manager in us-east-1."


class NotACustomDomain(InvalidParameter):
    """The wording is [K]."""

    message = "CustomDomainConfig is for custom domains only."


class LoginVersionNotKnown(InvalidParameter):
    """The wording is [K]."""

    message = "ManagedLoginVersion must be 1 or 2."


class NoPrefixDomains(InvalidParameter):
    """Ours: the operator has to choose the domain that prefixes stand before."""

    message = (
        "This server has no domain for prefixes, so a prefix would lead nowhere: set `auth_domain_suffix`."
    )


class PoolHasDomain(InvalidParameter):
    message = "User pool cannot be deleted. It has a domain configured that should be deleted first."
