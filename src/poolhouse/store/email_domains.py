"""Which pool an e-mail domain is of. The rows follow the pool's tags, in the transaction that sets those."""

from collections.abc import Mapping

from poolhouse.directory import email_domains as rules
from poolhouse.errors import EmailDomainTaken, TenantClientNotInPool
from poolhouse.ports import Statement, Tx
from poolhouse.store import clients

_CLAIM = Statement("""
    INSERT INTO email_domains (pool_id, domain)
    VALUES (:pool_id, :domain)
    ON CONFLICT DO NOTHING
 RETURNING domain
""")
_RELEASE = Statement("DELETE FROM email_domains WHERE pool_id = :pool_id AND domain = :domain")
_DELETE_OF_POOL = Statement("DELETE FROM email_domains WHERE pool_id = :pool_id")
_OWNER = Statement("SELECT pool_id FROM email_domains WHERE domain = :domain")


async def follow(tx: Tx, pool_id: str, before: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Claim and release domains as the pool's tags change from `before` to `wanted`, which were checked.

    Raises `EmailDomainTaken`, and `TenantClientNotInPool`.
    """
    if all(before.get(tag) == wanted.get(tag) for tag in rules.TAGS):
        return
    had, wants = rules.of_tags(before), rules.of_tags(wanted)
    for domain in had:
        if domain not in wants:
            await tx.run(_RELEASE, pool_id=pool_id, domain=domain)
    for domain in wants:
        if domain not in had and not await tx.one(_CLAIM, pool_id=pool_id, domain=domain):
            raise EmailDomainTaken(domain=domain)
    if wants:
        await _check_client(tx, pool_id, rules.client_of(wanted))


async def owner(tx: Tx, domain: str) -> str:
    """The pool whose domain it is; empty: nobody's."""
    row = await tx.one(_OWNER, domain=domain)
    return "" if row is None else str(row["pool_id"])


async def delete_of_pool(tx: Tx, pool_id: str) -> None:
    await tx.run(_DELETE_OF_POOL, pool_id=pool_id)


async def _check_client(tx: Tx, pool_id: str, client_id: str) -> None:
    row = await clients.by_id(tx, client_id)
    if row is None or row["pool_id"] != pool_id:
        raise TenantClientNotInPool(client_id=client_id)
