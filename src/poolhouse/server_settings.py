"""The settings of the process itself: where it listens, where it keeps things, under which keys.

The others, and what reads them all, are in settings.py.
"""

from typing import Annotated, Any, Literal

import msgspec

PREFIX = "POOLHOUSE_"

KEY = r"^[A-Za-z0-9+/]{43}=$"
ADDRESS = r"^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$"  # of one proxy or of a network: "all of them" is none
KEY_FORM = "32 bytes in base64, as `openssl rand -base64 32` makes them"


def about(
    text: str, *, unit: str = "", form: str = "", secret: bool = False, dev: bool = False, **limits: Any
) -> msgspec.Meta:
    """unit   of a number
    form   what a value looks like, where its type does not say so
    secret never shown
    dev    for development only: `serve` does not start with it
    """
    return msgspec.Meta(
        description=text, extra={"unit": unit, "form": form, "secret": secret, "dev": dev}, **limits
    )


_Port = msgspec.Meta(ge=0, le=65_535)


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`profile` is chosen by the command: dev, serve, or tools for the rest."""

    profile: Literal["dev", "serve", "tools"] = "dev"

    # Where it listens
    host: Annotated[str, about("The address to listen on.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, _Port, about("The port of the API; `poolhouse dev` takes a free one for 0.")] = 8400
    public_url: Annotated[
        str,
        about(
            "The address that clients use. Issuers and links are made from it, never from a request. "
            "`serve` needs it, with https unless the host is this computer.",
            form="an address such as https://id.example.com, without a path",
        ),
    ] = "http://localhost:8400"
    auth_domain_suffix: Annotated[
        str,
        about(
            "What stands after the prefix of a user pool's domain, where DNS and the certificate have "
            "every name below it. Empty: no pool can have a prefix domain (docs/domains.md).",
            form="a host such as auth.example.com, with its port if that is not the usual one",
            pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?)?$",
        ),
    ] = "auth.localhost:8400"
    tls_certificate: Annotated[
        str,
        about(
            "The certificate chain, in PEM, for TLS without a proxy in front. Empty: this server speaks "
            "plain HTTP. A file that changes is read again within a minute."
        ),
    ] = ""
    tls_key: Annotated[str, about("The private key of `tls_certificate`, in PEM.")] = ""
    trusted_proxies: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=ADDRESS)]],
        about(
            "Proxies whose X-Forwarded-For is believed. Empty: that header is ignored.",
            form="a list of addresses and networks, such as 10.0.0.7,10.1.0.0/16",
        ),
    ] = []
    workers: Annotated[int, about("Worker processes of `serve`.", ge=1, le=256)] = 1
    metrics_host: Annotated[str, about("The address of /metrics under `serve`.", min_length=1)] = "127.0.0.1"
    metrics_port: Annotated[int, about("The port of /metrics under `serve`.", ge=0, le=65_535)] = 9400
    idle_seconds: Annotated[
        int, about("How long an idle connection is kept open.", unit="seconds", ge=1, le=3_600)
    ] = 75
    request_seconds: Annotated[
        int,
        about(
            "How long a request may take to arrive, header and body together.",
            unit="seconds",
            ge=1,
            le=600,
        ),
    ] = 20
    shutdown_seconds: Annotated[
        int, about("How long requests may finish after the stop.", unit="seconds", ge=1, le=600)
    ] = 20

    # The store
    data: Annotated[
        str,
        about("The data folder: the SQLite store, the lock and, in development, the keys.", min_length=1),
    ] = ".poolhouse"
    database_url: Annotated[
        str,
        about(
            "The database. Empty: SQLite in the data folder.",
            form="an address that begins with postgresql://",
            pattern=r"^$|^postgres(ql)?://",
            secret=True,
        ),
    ] = ""
    pool_size: Annotated[
        int, about("Connections to PostgreSQL, for each worker.", unit="connections", ge=1, le=1_000)
    ] = 10
    migrate_at_start: Annotated[
        bool, about("Bring the store to this version's schema at the start. Off: by `poolhouse migrate`.")
    ] = True

    # What AWS calls it
    region: Annotated[
        str,
        about(
            "The Region that user pools belong to.",
            form="a Region such as us-east-1",
            pattern=r"^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$",
        ),
    ] = "us-east-1"
    account_id: Annotated[
        str, about("The account number in ARNs.", form="twelve digits", pattern=r"^[0-9]{12}$")
    ] = "000000000000"

    # Keys
    master_key: Annotated[
        str,
        about(
            "The key that wraps all others. Never in the store; without it nothing opens.",
            form=KEY_FORM,
            pattern=KEY,
            secret=True,
        ),
    ] = ""
    master_key_file: Annotated[str, about("A file that holds the master key, in place of it.")] = ""
    previous_master_keys: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=KEY)]],
        about(
            "Master keys of before, until `poolhouse keys rotate-master` has run.",
            form=f"a list of keys, each {KEY_FORM}",
            secret=True,
        ),
    ] = []

    revocation_feed_keys: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=KEY)]],
        about(
            "Keys of the revocation feed, from which each pool's own is made (`poolhouse keys feed`). Any of "
            "them is good. Empty: there is no feed (docs/authorizer.md).",
            form=f"a list of keys, each {KEY_FORM}",
            secret=True,
        ),
    ] = []
