"""Every setting: its type, default, unit and meaning. docs/settings.md is made from this file.

Those of the process itself are in server_settings.py. How all are shown: descriptions.py. Where their values
come from, and what is checked: configuration.py.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from poolhouse.server_settings import ADDRESS, KEY, KEY_FORM, PREFIX, ServerSettings, about
from poolhouse.sink_settings import AnySink

__all__ = ["ADDRESS", "KEY", "KEY_FORM", "PREFIX", "PROFILE_DEFAULTS", "RoleTable", "Settings", "environment"]

HOST_OR_NETWORK = r"^([0-9A-Fa-f.:]+(/[0-9]{1,3})?|[A-Za-z0-9]([A-Za-z0-9.-]{0,252}))$"


class RoleTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A role in the settings file. Policies are JSON texts, or tables that say the same."""

    trust: str | dict[str, Any]
    policies: dict[str, str | dict[str, Any]] = {}
    managed_policies: list[str] = []
    max_session_seconds: int = 3_600
    path: str = "/"
    tags: dict[str, str] = {}


class Settings(ServerSettings, frozen=True, kw_only=True):
    """What an operator can set."""

    # Who may call, and how often
    sigv4: Annotated[
        Literal["any", "verify"],
        about(
            "`verify`: the signature of every admin call is checked. `any` (development only): an access key "
            "must be named, its signature is not checked, and only this computer is served."
        ),
    ] = "verify"
    quotas: Annotated[bool, about("Request-rate limits. Lock-out and per-code limits are always on.")] = True
    quota_rates: Annotated[
        dict[str, Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]],
        about(
            "Rates that differ from Cognito's, by category and for each pool; of the pages: docs/oauth.md.",
            unit="requests per second",
            form="a table of category and rate, such as UserAuthentication=200,UserCreation=80",
        ),
    ] = {}
    quota_resources: Annotated[
        dict[str, Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]],
        about(
            "Resource quotas that differ from Cognito's, by name (docs/quotas.md).",
            form="a table of quota and number, such as AppClients=5000,UserPools=20000",
        ),
    ] = {}
    tiers: Annotated[
        Literal["open", "enforced"],
        about(
            "Feature plans: `open` gives every user pool every feature, whatever its UserPoolTier says; "
            "`enforced` refuses what its tier has not, as Cognito does (docs/quotas.md)."
        ),
    ] = "open"
    reset_attempts_per_hour: Annotated[
        int,
        about(
            "ForgotPassword and ConfirmForgotPassword together, for each user (Cognito: 5 to 20).",
            unit="requests per hour",
            ge=1,
            le=1_000,
        ),
    ] = 20

    mfa_emails_per_hour: Annotated[
        int,
        about(
            "Mails with a code that signs in, to one address and asked for from one network (Cognito: 5-20).",
            unit="mails per hour",
            ge=1,
            le=1_000,
        ),
    ] = 20

    # Mail and text messages
    email_driver: Annotated[
        Literal["none", "inbox", "smtp", "ses"],
        about("How mail leaves. `inbox` (development only) keeps it; `none` refuses to send."),
    ] = "none"
    sms_driver: Annotated[
        Literal["none", "inbox", "sns", "gateway"],
        about("How text messages leave. `inbox` (development only) keeps them; `none` refuses to send."),
    ] = "none"
    daily_emails: Annotated[
        int,
        about(
            "Mails a day, from 09:00 UTC, of all pools whose EmailSendingAccount is COGNITO_DEFAULT "
            "(Cognito: 50). 0: no limit, because this server's mail goes over a service of yours.",
            unit="mails per day",
            ge=0,
            le=1_000_000_000,
        ),
    ] = 0
    smtp_host: Annotated[str, about("The mail server.", min_length=1)] = "localhost"
    smtp_port: Annotated[int, about("The mail server's port.", ge=1, le=65_535)] = 587
    smtp_username: Annotated[str, about("The name to sign in to the mail server with, if it asks.")] = ""
    smtp_password: Annotated[str, about("The password for `smtp_username`.", secret=True)] = ""
    smtp_tls: Annotated[
        Literal["none", "starttls", "tls"], about("How the connection to the mail server is protected.")
    ] = "starttls"
    smtp_from: Annotated[str, about("The sender of mail (SMTP and SES) where the pool names none.")] = (
        "no-reply@localhost"
    )
    ses_region: Annotated[str, about("The Region of Amazon SES.")] = "us-east-1"
    ses_access_key_id: Annotated[str, about("The access key for Amazon SES.")] = ""
    ses_secret_access_key: Annotated[str, about("Its secret.", secret=True)] = ""
    ses_endpoint_url: Annotated[str, about("Another address than AWS's for SES.")] = ""
    sns_region: Annotated[str, about("The Region of Amazon SNS.")] = "us-east-1"
    sns_access_key_id: Annotated[str, about("The access key for Amazon SNS.")] = ""
    sns_secret_access_key: Annotated[str, about("Its secret.", secret=True)] = ""
    sns_endpoint_url: Annotated[str, about("Another address than AWS's for SNS.")] = ""

    sms_gateway_url: Annotated[
        str,
        about(
            "The gateway that text messages are posted to with `sms_driver = gateway`, signed with "
            "HMAC-SHA256 (docs/messages.md). Plain HTTP is for this computer only.",
            form="an address that begins with https://",
        ),
    ] = ""
    sms_gateway_secret: Annotated[
        str, about("The secret that signs them, of at least 32 characters.", secret=True)
    ] = ""

    # Custom senders: functions that send messages, and get codes encrypted
    kms_access_key_id: Annotated[
        str,
        about(
            "The access key for AWS KMS, which then encrypts codes for CustomEmailSender and CustomSMSSender."
        ),
    ] = ""
    kms_secret_access_key: Annotated[str, about("Its secret.", secret=True)] = ""
    kms_endpoint_url: Annotated[str, about("Another address than AWS's for KMS.")] = ""
    sender_key_file: Annotated[
        str,
        about(
            "Without AWS KMS: the file with the key that encrypts them, made when it is first needed. Empty: "
            "`sender.key` in the data folder. All servers of one database need the same."
        ),
    ] = ""

    # Lambda functions. An ARN in `function_urls` is called there; else one whose folder is in `functions`;
    # everything else by the Lambda API, if that is set up.
    functions: Annotated[
        str,
        about(
            "The folder of local functions: `<name>/handler.py` or `<name>/handler.mjs` is the function "
            "`arn:aws:lambda:<region>:<account_id>:function:<name>` (the account 000000000000 is good too)."
        ),
    ] = ""
    function_memory: Annotated[
        int,
        about(
            "What a local function may use, unless its `function.toml` says `memory`.",
            unit="megabytes",
            ge=64,
            le=10_240,
        ),
    ] = 128
    function_processes: Annotated[
        int, about("Processes of one local function, for each worker.", unit="processes", ge=1, le=100)
    ] = 4
    lambda_endpoint: Annotated[
        str,
        about(
            "An address that speaks the Lambda API, such as `http://localhost:3001` of SAM local, for "
            "functions that neither `function_urls` nor `functions` has. It is told names of functions; "
            "AWS itself, whole ARNs.",
            form="an address",
        ),
    ] = ""
    lambda_region: Annotated[str, about("The Region of AWS Lambda. Empty: that of each ARN.")] = ""
    lambda_access_key_id: Annotated[
        str, about("The access key for AWS Lambda. With it and no `lambda_endpoint`, AWS is called.")
    ] = ""
    lambda_secret_access_key: Annotated[str, about("Its secret.", secret=True)] = ""
    function_urls: Annotated[
        dict[str, str],
        about(
            "Functions that are called over HTTPS: the event is posted, signed with HMAC-SHA256 "
            "(docs/functions.md). Plain HTTP is for this computer only.",
            form="a table of ARN and address",
        ),
    ] = {}
    function_url_secrets: Annotated[
        dict[str, str],
        about(
            "The secret for each ARN of `function_urls`, of at least 32 characters.",
            form="a table of ARN and secret",
            secret=True,
        ),
    ] = {}

    # Log delivery
    log_sinks: Annotated[
        dict[str, AnySink],
        about(
            "Where logs of user pools are delivered to, by the ARN that SetLogDeliveryConfiguration names or "
            "by a beginning of it and `*` (docs/log-delivery.md).",
            form="a table of ARN and sink; in the environment, JSON",
            secret=True,
        ),
    ] = {}
    log_outbox_limit: Annotated[
        int,
        about(
            "Log entries that wait for a sink which is away, for each pool and source. Of more, the oldest "
            "are dropped, and counted.",
            unit="entries",
            ge=1_000,
            le=100_000_000,
        ),
    ] = 200_000

    # Identity providers
    fetch_allowed_hosts: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=HOST_OR_NETWORK)]],
        about(
            "Hosts and networks that identity providers may be at although they are not public, and without "
            "TLS if need be. In development, this computer is among them.",
            form="a list of names, addresses and networks, such as idp.internal,10.1.0.0/16",
        ),
    ] = []

    # Passwords that are known, which pools with threat protection refuse
    breaches_file: Annotated[
        str,
        about(
            "The file of stolen passwords that `poolhouse breaches build` made (docs/breaches.md). Another "
            "that takes its place is in use within a second. Empty: there is none."
        ),
    ] = ""
    common_passwords: Annotated[
        bool, about("The 100,000 most common passwords are known beside it, from a list that comes along.")
    ] = True

    # Threat protection: where addresses are. Files that change are read again within ten seconds.
    geo_file: Annotated[
        str,
        about(
            "An MMDB file of yours that knows countries, cities and coordinates of addresses, such as "
            "GeoLite2-City (docs/threat-protection.md). Each worker keeps it in memory. Empty: no country is "
            "known."
        ),
    ] = ""
    network_file: Annotated[
        str,
        about("An MMDB file that knows the networks (ASN) of addresses. Empty: `geo_file` may know them."),
    ] = ""
    bad_ranges_file: Annotated[
        str,
        about("A list of known bad addresses and networks, one a line; `#` and `;` begin a remark."),
    ] = ""

    # Roles and temporary credentials
    roles: Annotated[
        dict[str, RoleTable],
        about(
            "Roles that are made at the start, or brought to what is here (docs/roles.md).",
            form="a table of role name and role; in the environment, JSON",
        ),
    ] = {}
    managed_policies: Annotated[
        dict[str, str | dict[str, Any]],
        about(
            "Managed policies, in the same way.",
            form="a table of policy name and policy; in the environment, JSON",
        ),
    ] = {}
    sts_upstream: Annotated[
        str,
        about(
            "Another STS, which gives the credentials of GetCredentialsForIdentity for our OpenID tokens. "
            "Empty: this server gives them itself. An address that is not public must be in "
            "`fetch_allowed_hosts`.",
            form="an address such as https://s3.example.com/",
            pattern=r"^(https?://[^\s/@?#]+(/[^\s?#]*)?)?$",
        ),
    ] = ""

    # What is kept
    event_retention_days: Annotated[
        int,
        about("How long attempts to sign in, sign up and recover are kept.", unit="days", ge=1, le=36_500),
    ] = 730

    # Logs and traces
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], about("The least level that is logged.")
    ] = "info"
    log_format: Annotated[
        Literal["json", "readable"], about("One JSON object a line, or lines for a person to read.")
    ] = "json"

    audit_days: Annotated[
        int, about("How long audit records are kept; 0 for ever.", unit="days", ge=0, le=36_500)
    ] = 400

    traces_endpoint: Annotated[
        str,
        about(
            "Where OpenTelemetry traces are sent by OTLP over HTTP. Empty: there are none. It needs the "
            "packages of the extra `traces` (docs/traces.md).",
            form="an address such as http://localhost:4318/v1/traces",
            pattern=r"^(https?://[^\s/@?#]+/[^\s?#]*)?$",
        ),
    ] = ""
    traces_percent: Annotated[
        int, about("How many of the requests are traced.", unit="percent", ge=1, le=100)
    ] = 100
    traces_trust_callers: Annotated[
        bool,
        about(
            "Let `traceparent` of a request decide which trace it belongs to, and whether it is traced. Only "
            "where a proxy of yours sets that header or takes it off."
        ),
    ] = False

    # Development only
    fixed_code: Annotated[
        str,
        about(
            "Every code that is sent has this value.", form="six digits", pattern=r"^([0-9]{6})?$", dev=True
        ),
    ] = ""
    no_demo: Annotated[bool, about("Make no demo pool, client and user.", dev=True)] = False
    social_providers: Annotated[
        dict[str, str],
        about(
            "Where a social provider is in place of its own address, such as a stand-in for tests.",
            form="a table of provider and address, such as Google=http://localhost:9000",
            dev=True,
        ),
    ] = {}
    ready_file: Annotated[
        str,
        about("Written, as JSON, when the first request can be answered; removed at the end.", dev=True),
    ] = ""

    def __repr__(self) -> str:
        return f"Settings(profile={self.profile!r}, ...)"  # some are secrets


PROFILE_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "dev": {
        "sigv4": "any",
        "quotas": False,
        "email_driver": "inbox",
        "sms_driver": "inbox",
        "log_format": "readable",
    },
    "serve": {},
    "tools": {"log_format": "readable"},
}


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
