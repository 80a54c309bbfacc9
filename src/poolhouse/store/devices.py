"""The devices of users. The primary key decides who confirms one; to be offered one is in token_families."""

from collections.abc import Sequence

from poolhouse.directory import devices
from poolhouse.directory.devices import Device
from poolhouse.ports import Instant, Statement, Tx

_COLUMNS = """pool_id, sub, device_key, group_key, sealed, state, name, last_ip, session,
           created_at, modified_at, authenticated_at"""

_INSERT = Statement(f"""
    INSERT INTO devices ({_COLUMNS})
    VALUES (:pool_id, :sub, :device_key, :group_key, :sealed, :state, :name, :last_ip, '',
            :now, :now, :now)
    ON CONFLICT (pool_id, sub, device_key) DO NOTHING
 RETURNING device_key
""")

_GET = Statement(f"""
    SELECT {_COLUMNS} FROM devices
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
""")

_PAGE = Statement(f"""
    SELECT {_COLUMNS} FROM devices
     WHERE pool_id = :pool_id AND sub = :sub AND device_key > :after
     ORDER BY device_key LIMIT :most
""")

_SET_STATE = Statement("""
    UPDATE devices SET state = :state, modified_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
 RETURNING device_key
""")

_SIGNED_IN = Statement("""
    UPDATE devices SET last_ip = :last_ip, authenticated_at = :now, session = ''
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
""")

_WAIT = Statement("""
    UPDATE devices SET session = :session
     WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
""")

_DELETE = Statement("""
    DELETE FROM devices WHERE pool_id = :pool_id AND sub = :sub AND device_key = :device_key
 RETURNING device_key
""")


async def add(tx: Tx, device: Device) -> bool:
    """Store a device that is confirmed. False: it is there already."""
    row = await tx.one(
        _INSERT,
        pool_id=device.pool_id,
        sub=device.sub,
        device_key=device.device_key,
        group_key=device.group_key,
        sealed=device.sealed,
        state=device.state,
        name=device.name,
        last_ip=device.last_ip,
        now=device.created_at,
    )
    return row is not None


async def get(tx: Tx, pool_id: str, sub: str, device_key: str) -> Device | None:
    """The device, if it is this user's."""
    row = await tx.one(_GET, pool_id=pool_id, sub=sub, device_key=device_key)
    return None if row is None else devices.from_row(row)


async def page(tx: Tx, pool_id: str, sub: str, after: str, most: int) -> Sequence[Device]:
    """The user's devices by key, those after `after`."""
    rows = await tx.all(_PAGE, pool_id=pool_id, sub=sub, after=after, most=most)
    return [devices.from_row(row) for row in rows]


async def set_state(tx: Tx, pool_id: str, sub: str, device_key: str, state: str, now: Instant) -> bool:
    """Remember it or not. False: the user has no such device."""
    key = {"pool_id": pool_id, "sub": sub, "device_key": device_key}
    return await tx.one(_SET_STATE, **key, state=state, now=now) is not None


async def signed_in(tx: Tx, pool_id: str, sub: str, device_key: str, address: str, now: Instant) -> None:
    """A sign-in from this device, and from this address, is complete."""
    await tx.run(_SIGNED_IN, pool_id=pool_id, sub=sub, device_key=device_key, last_ip=address, now=now)


async def wait(tx: Tx, pool_id: str, sub: str, device_key: str, session: str) -> None:
    """Keep the sealed sign-in for a client that answers DEVICE_SRP_AUTH without a Session."""
    await tx.run(_WAIT, pool_id=pool_id, sub=sub, device_key=device_key, session=session)


async def delete(tx: Tx, pool_id: str, sub: str, device_key: str) -> bool:
    """False: the user has no such device."""
    return await tx.one(_DELETE, pool_id=pool_id, sub=sub, device_key=device_key) is not None
