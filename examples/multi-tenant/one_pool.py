"""One pool for all tenants, in one command: python examples/multi-tenant/one_pool.py

Poolhouse, the server and the gateway run on this computer, with their data in a new folder that is gone
afterwards. Ctrl-C ends them all.
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import one_pool_setup
import starting
from invitations import Invitation
from one_pool_setup import ADMIN, SCOPES
from processes import free_ports
from starting import Ready

_FIRST_ADMINS = {"ada@acme.example": "acme", "bob@globex.example": "globex"}
_PROJECTS = {"acme": ["Harbour crane", "Night ferry"], "globex": ["Wind park"]}


@contextmanager
def started(folder: Path, port: int) -> Iterator[Ready]:
    page = f"http://localhost:{port}/"
    with ExitStack() as stack:
        dev = stack.enter_context(starting.dev(folder))
        users = dev.users()
        pool_id, client_id = one_pool_setup.set_up(users, page)
        people = [_first_admin(users, pool_id, email, tenant) for email, tenant in _FIRST_ADMINS.items()]
        issuer = f"{dev.endpoint}/{pool_id}"
        told = {
            "page": page,
            "issuer": issuer,
            "clientId": client_id,
            "scopes": SCOPES,
            "connect": [dev.endpoint],
        }
        config = {
            "port": free_ports(1)[0],
            "database": str(folder / "projects.db"),
            "first": _PROJECTS,
            "page": told,
            "pool_id": pool_id,
            "poolhouse": dev.told,  # in production a key that may do what server-policy.json says
        }
        server = stack.enter_context(starting.server(folder, "one_pool_server.py", config))
        places = {"port": port, "issuer": issuer, "client_id": client_id, "server": server}
        stack.enter_context(starting.gateway(folder, "one-pool.toml", **places))
        yield {
            "page": page,
            "people": people,
            "inbox": f"{dev.endpoint}/_dev/inbox",
            "endpoint": dev.endpoint,
        }


def _first_admin(users: Any, pool_id: str, email: str, tenant: str) -> dict[str, str]:
    """Whom a new customer's contract names: an account as by an invitation, with a password to show."""
    one_pool_setup.join(users, pool_id, Invitation(tenant, ADMIN, email))
    password = f"Pool-{secrets.token_hex(5)}-9"
    users.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=password, Permanent=True)
    return {"email": email, "tenant": tenant, "password": password}


def tell(ready: Ready) -> None:
    print(f"Projects: {ready['page']}\n")
    for person in ready["people"]:
        print(f"  {person['tenant']:8}{person['email']:22}{person['password']}")
    print(f"\nBoth may invite others, whose first password is in the inbox: {ready['inbox']}")


if __name__ == "__main__":
    sys.exit(starting.run(str(__doc__).partition(":")[0], started, tell))
