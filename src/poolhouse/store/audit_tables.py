"""Which tables the audit log is about (docs/audit.md). Every table of the schema is in one of two lists."""

from collections.abc import Mapping

from msgspec import Struct

from poolhouse.ports import Statement


class Table(Struct, frozen=True):
    """A table whose changes are recorded.

    kind      what a row is called in a record
    key       its primary key, or what is as good
    touch     a column outside the key: setting it to what it is holds the row, in both dialects
    shown     the columns that say which row it was; never what people are called
    personal  a row says something of a person, or has a secret: its digest is keyed
    without   columns that say nothing of what was decided
    """

    name: str
    kind: str
    key: tuple[str, ...]
    touch: str
    shown: tuple[str, ...]
    personal: bool
    without: tuple[str, ...]

    @property
    def of_pool(self) -> bool:
        return self.key[0] == "pool_id"

    @property
    def where(self) -> str:
        return " AND ".join(f"{column} = :{column}" for column in self.key)


def _table(
    name: str,
    kind: str,
    key: str,
    touch: str,
    *,
    shown: str | None = None,
    personal: bool = False,
    without: str = "",
) -> Table:
    """Without `shown`, the key within the pool says which row it was."""
    columns = tuple(key.split())
    own = columns[1:] if columns[0] == "pool_id" and len(columns) > 1 else columns
    says = own if shown is None else tuple(shown.split())
    return Table(name, kind, columns, touch, says, personal, tuple(without.split()))


_OF_POOLS = (
    _table("pools", "user-pool", "pool_id", "version", without="version"),
    _table("clients", "client", "pool_id client_id", "name"),
    _table("client_secrets", "client-secret", "pool_id client_id secret_id", "created_at", personal=True),
    _table("signing_keys", "signing-key", "pool_id kid", "created_at", personal=True),
    _table("tags", "tag", "pool_id tag_key", "tag_value"),
    _table("domains", "domain", "pool_id kind", "config", shown="name"),
    _table("ui_customizations", "ui-customization", "pool_id client_id", "css", without="image"),
    _table("login_styles", "managed-login-style", "pool_id style_id", "client_id"),
    _table(
        "login_assets",
        "managed-login-asset",
        "pool_id style_id category color_mode resource_id",
        "extension",
        without="content",
    ),
    _table("terms", "terms", "pool_id terms_id", "client_id"),
    _table("resource_servers", "resource-server", "pool_id identifier", "name"),
    _table("identity_providers", "identity-provider", "pool_id name", "config", personal=True),
    _table("provider_identifiers", "provider-identifier", "pool_id identifier", "name"),
    _table(
        "saml_metadata",
        "saml-metadata",
        "pool_id url",
        "document",
        shown="",  # an address may have a key in it
        without="fetched_at read_again_at failures",
    ),
    _table("user_groups", "group", "pool_id name", "group_id"),
    _table(
        "import_jobs",
        "user-import-job",
        "pool_id job_id",
        "name",
        without="line position imported skipped failed lease due_at",
    ),
    _table("risk_configurations", "risk-configuration", "pool_id client_id", "config"),
    _table("removed_pools", "removed-pool", "pool_id", "removed_at"),
)
_OF_USERS = (
    _table("users", "user", "pool_id sub", "version", personal=True),
    _table("credentials", "credential", "pool_id sub", "set_at", personal=True),
    _table("links", "link", "pool_id provider subject", "sub", shown="provider sub", personal=True),
    _table("memberships", "membership", "pool_id sub group_id", "created_at"),
    _table("software_tokens", "software-token", "pool_id sub state", "name", personal=True),
    _table("passkeys", "passkey", "pool_id sub credential_id", "name", personal=True),
    _table("devices", "device", "pool_id sub device_key", "name", personal=True),
    _table("event_feedback", "event-feedback", "pool_id sub attempt_id", "at", personal=True),
    _table("token_families", "sign-in", "pool_id sub family_id", "client_id", personal=True),
    _table(
        "sso_sessions",
        "browser-session",
        "pool_id digest",
        "sub",
        shown="sub session_id",
        personal=True,
    ),
)
_OF_IDENTITY_POOLS = (
    _table("identity_pools", "identity-pool", "pool_id", "version", without="version"),
    _table("identities", "identity", "pool_id identity_id", "disabled", personal=True),
    _table(
        "identity_logins",
        "identity-login",
        "pool_id provider subject_digest",
        "identity_id",
        shown="identity_id provider",
        personal=True,
    ),
)
_OF_THE_HOUSE = (
    _table("access_keys", "access-key", "access_key_id", "created_at", personal=True),
    _table("roles", "role", "folded_name", "role_id", shown="name"),
    _table("managed_policies", "managed-policy", "folded_name", "policy_id", shown="name"),
    _table("iam_providers", "iam-provider", "name", "kind"),
    _table("credential_keys", "credential-key", "number", "kid", shown="kid", personal=True),
    _table("revoked_sessions", "revoked-sessions", "kind target", "expires_at"),
    _table("provisioned_limits", "provisioned-limit", "category", "rate"),
    _table("data_keys", "data-key", "scope", "created_at", personal=True),
)

AUDITED: Mapping[str, Table] = {
    table.name: table for table in (*_OF_POOLS, *_OF_USERS, *_OF_IDENTITY_POOLS, *_OF_THE_HOUSE)
}

READ = {
    table.name: Statement(f"SELECT * FROM {table.name} WHERE {table.where}") for table in AUDITED.values()
}
# The row, which nobody else changes from then to the commit.
HOLD = {
    table.name: Statement(
        f"UPDATE {table.name} SET {table.touch} = {table.touch} WHERE {table.where} RETURNING *"
    )
    for table in AUDITED.values()
}

_FOLLOWS = "is made from a row that is recorded, and with it"
_COUNTS = "counts, and forgets"
_PASSES = "is of a request or a sign-in, and over within a day"

UNRECORDED: Mapping[str, str] = {
    "aliases": _FOLLOWS,
    "user_search": _FOLLOWS,
    "password_history": _FOLLOWS,
    "identity_places": _FOLLOWS,
    "imported_hashes": _FOLLOWS,
    "email_domains": _FOLLOWS,
    "revocations": _FOLLOWS,
    "import_log": "has what became of each line already (docs/imports.md)",
    "import_chunks": "is the file of an import, which its job tells of",
    "active_imports": "is a lock",
    "counters": _COUNTS,
    "attempts": _COUNTS,
    "hourly": _COUNTS,
    "daily_uses": _COUNTS,
    "quota_buckets": _COUNTS,
    "codes": _PASSES,
    "authorization_codes": _PASSES,
    "spent_sessions": _PASSES,
    "given_answers": _PASSES,
    "passkey_challenges": _PASSES,
    "outbox": _PASSES,
    "log_outbox": _PASSES,
    "log_lanes": "says how far the delivery of logs is",
    "log_dead_letters": "is what could not be delivered",
    "consents": "is what a user agreed to",
    "schema_migrations": "is of the schema",
    "events": "is a log of its own",
    "audit_heads": "is the log",
    "audit_records": "is the log",
}
