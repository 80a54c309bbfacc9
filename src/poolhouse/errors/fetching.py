"""Why a request of ours to somebody else's server brought no answer. No client sees them as they are."""


class FetchFailed(Exception):
    """There is no answer. One sentence, which shows neither query nor body of the request."""


class FetchTimeout(FetchFailed):
    """The other server took too long."""


class FetchBroken(FetchFailed):
    """The connection was refused or broke off."""


class FetchRefused(FetchFailed):
    """The address is none that we ask: private, not allowed, or not over TLS."""
