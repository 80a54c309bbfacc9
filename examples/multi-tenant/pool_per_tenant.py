"""A pool for each tenant, in one command: python examples/multi-tenant/pool_per_tenant.py

Poolhouse, the server and the gateway run on this computer, with their data in a new folder that is gone
afterwards. Ctrl-C ends them all.
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pool_per_tenant_setup as setup
import starting
from pool_per_tenant_setup import SCOPES, Tenant
from processes import free_ports
from starting import Ready

_GREEN = "1f6b3aff"


@contextmanager
def started(folder: Path, port: int) -> Iterator[Ready]:
    page = f"http://localhost:{port}/"
    with ExitStack() as stack:
        dev = stack.enter_context(starting.dev(folder))
        users = dev.users()
        template = setup.template(users, page)
        acme = setup.onboard(dev.endpoint, dev.data, template, "acme", "acme.example")
        globex = setup.onboard(dev.endpoint, dev.data, template, "globex", "globex.example")
        people = [_acme(users, acme), stack.enter_context(_globex(folder, users, globex))]
        (server_port,) = free_ports(1)
        pools = setup.authorizer([acme, globex])
        places = {"port": port, "server": f"http://127.0.0.1:{server_port}", "pools": pools}
        file = stack.enter_context(starting.gateway(folder, "pool-per-tenant.toml", **places))
        told = {"page": page, "endpoint": dev.endpoint, "scopes": SCOPES, "connect": [dev.endpoint]}
        config = {
            "port": server_port,
            "database": str(folder / "projects.db"),
            "first": {acme.pool_id: ["Harbour crane", "Night ferry"], globex.pool_id: ["Wind park"]},
            "page": told,
            "gateway": str(file),
        }
        stack.enter_context(starting.server(folder, "pool_per_tenant_server.py", config))
        yield {
            "page": page,
            "people": people,
            "endpoint": dev.endpoint,
            "template": template,
            "data": str(dev.data),
            "gateway": str(file),
        }


def _acme(users: Any, tenant: Tenant) -> dict[str, str]:
    """Strict, and green."""
    email, password = "ada@acme.example", f"Pool-{secrets.token_hex(8)}-9"
    setup.stricter(users, tenant)
    setup.in_colour(users, tenant, _GREEN)
    setup.person(users, tenant, email, password)
    return {"email": email, "password": password, "how": "with an authenticator app"}


@contextmanager
def _globex(folder: Path, users: Any, tenant: Tenant) -> Iterator[dict[str, str]]:
    """Its people are in its own directory, which runs inside the block."""
    (port,), secret = free_ports(1), secrets.token_urlsafe()
    email, issuer = "bob@globex.example", f"http://localhost:{port}"
    config = {
        "port": port,
        "issuer": issuer,
        "name": "Globex",
        "email": email,
        "client_id": setup.DIRECTORY_CLIENT,
        "client_secret": secret,
        "redirect_uri": f"{tenant.issuer}/oauth2/idpresponse",
    }
    with starting.server(folder, "directory.py", config):
        setup.with_directory(users, tenant, "globex.example", issuer, secret)
        yield {"email": email, "password": "", "how": "by the directory of Globex, without a password"}


def tell(ready: Ready) -> None:
    print(f"Projects: {ready['page']}\n")
    for person in ready["people"]:
        print(f"  {person['email']:22}{person['password']:26}{person['how']}")
    print("\nA new tenant, while all of this runs (docs/guides/multi-tenancy.md):")
    print(f"  poolhouse pools clone --data {ready['data']} --from {ready['template']} \\")
    print("    --name initech --email-domain initech.example")
    print(f"and three lines at the end of {ready['gateway']}")


if __name__ == "__main__":
    sys.exit(starting.run(str(__doc__).partition(":")[0], started, tell))
