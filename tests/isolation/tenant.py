"""A tenant: a user pool and an identity pool with one of everything that a request can name.

`ids` holds what there is, by kind. The first of a kind is what the tenant itself would send; what follows
names the same thing in other words. Names have the tenant's letter, so one tenant's are nobody's elsewhere.
"""

from typing import Any
from urllib.parse import urlsplit

from tests import account, passkeys
from tests.browser import TRACKING
from tests.directory.pictures import PNG
from tests.idp import authenticator, branded
from tests.providers import add_providers
from tests.refusals.scene import PASSWORD, Scene

ACCOUNT = account.ACCOUNT
USER_POOL = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/"
IDENTITY_POOL = f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/"
TEMPORARY, NEW = "T3mporary-P2$Sword", "An0ther-P2$Sword"
CALLBACK = "https://app.example.com/back"
FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
    "ALLOW_TOKEN_EXCHANGE_DELEGATION",
]
_RED = {"components": {"pageBackground": {"lightMode": {"color": "aa0000ff"}}}}
_LOOK = {"Settings": _RED, "Assets": [branded.asset("FORM_LOGO", PNG)]}
_LINKS = {"cognito:default": "https://acme.example/terms"}
_MORE = {"UserPoolTags": {"team": "blue"}, "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
_DCR = {"DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": False}}


class Tenant:
    def __init__(self, scene: Scene, letter: str) -> None:
        self.scene = scene
        self.letter = letter
        self.ids: dict[str, list[Any]] = {}

    def name(self, text: str) -> str:
        return f"{text}-{self.letter}"

    def know(self, **found: Any) -> None:
        """Keep what there is; a list holds several names of one thing."""
        self.ids |= {kind: value if isinstance(value, list) else [value] for kind, value in found.items()}

    def first(self, kind: str) -> Any:
        return self.ids[kind][0]

    @property
    def marks(self) -> frozenset[str]:
        """What stands in every row that is the tenant's."""
        kinds = ("pool", "client", "secret_client", "machine", "identity_pool", "domain")
        return frozenset(str(self.first(kind)) for kind in kinds)


async def furnished(tenant: Tenant) -> None:
    """The pool with its clients and everything else that an administrator makes."""
    await _pool(tenant)
    for part in (_groups, _resource_servers, _providers, _domain, _clients, _papers, _imports, _role):
        await part(tenant)


async def _pool(tenant: Tenant) -> None:
    s = tenant.scene
    settings = {"AliasAttributes": ["email"], "EmailConfiguration": authenticator.SENDER}
    address = {"email": f"ada@{tenant.letter}.example"}
    client = {"ExplicitAuthFlows": FLOWS, "AuthSessionValidity": 15}
    await s.set_up({**settings, **TRACKING, **_MORE, **_DCR}, client, address)
    await passkeys.turn_on(
        s.world, s.pool, ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"), RelyingPartyId=f"id.{tenant.letter}.example"
    )
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    await s.admin("SetUserPoolSessionConfiguration", **tracking)
    tenant.know(pool=s.pool, arn=f"{USER_POOL}{s.pool}")


async def _groups(tenant: Tenant) -> None:
    for name in ("staff", "guests"):
        await tenant.scene.admin("CreateGroup", GroupName=tenant.name(name))
    tenant.know(group=tenant.name("staff"))


async def _resource_servers(tenant: Tenant) -> None:
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    for name in ("api", "files"):
        given = {"Identifier": f"https://{tenant.name(name)}.example", "Name": name, "Scopes": scopes}
        await tenant.scene.admin("CreateResourceServer", **given)
    server = f"https://{tenant.name('api')}.example"
    tenant.know(resource_server=server, scope=f"{server}/read")


async def _providers(tenant: Tenant) -> None:
    pool, world = tenant.scene.pool, tenant.scene.world
    await add_providers(world, pool, tenant.name("corp"), IdpIdentifiers=[f"{tenant.letter}.example"])
    await add_providers(world, pool, tenant.name("firm"))
    tenant.know(provider=tenant.name("corp"), idp_identifier=f"{tenant.letter}.example")


async def _domain(tenant: Tenant) -> None:
    await tenant.scene.admin("CreateUserPoolDomain", Domain=tenant.name("acme"), ManagedLoginVersion=2)
    tenant.know(domain=tenant.name("acme"))


async def _clients(tenant: Tenant) -> None:
    s = tenant.scene
    app = {
        "ClientId": s.client,
        "ExplicitAuthFlows": FLOWS,
        "AuthSessionValidity": 15,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin", tenant.first("scope")],
        "CallbackURLs": [CALLBACK, f"https://{tenant.letter}.example/back"],
        "LogoutURLs": [f"https://{tenant.letter}.example/bye"],
        "SupportedIdentityProviders": ["COGNITO", tenant.name("corp"), tenant.name("firm")],
    }
    await s.admin("UpdateUserPoolClient", **app)
    hashed = await s.another_client(GenerateSecret=True, ExplicitAuthFlows=FLOWS)
    await s.admin("AddUserPoolClientSecret", ClientId=hashed["ClientId"])
    secrets = await s.admin("ListUserPoolClientSecrets", ClientId=hashed["ClientId"])
    machine = await s.another_client(
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[tenant.first("scope")],
    )
    s.got["hashed"] = hashed
    tenant.know(
        client=s.client,
        secret_client=hashed["ClientId"],
        secret=hashed["ClientSecret"],
        secret_id=secrets["ClientSecrets"][0]["ClientSecretId"],
        hash=s.world.hash(hashed, tenant.name("only"))["SECRET_HASH"],
        hash_of_new=s.world.hash(hashed, tenant.name("new"))["SECRET_HASH"],
        hash_of_eve=s.world.hash(hashed, tenant.name("eve"))["SECRET_HASH"],
        hash_of_dora=s.world.hash(hashed, tenant.name("dora"))["SECRET_HASH"],
        machine=machine["ClientId"],
        machine_secret=machine["ClientSecret"],
        callback=f"https://{tenant.letter}.example/back",
        farewell=f"https://{tenant.letter}.example/bye",
    )


async def _papers(tenant: Tenant) -> None:
    """Terms and the looks of managed login."""
    s, client = tenant.scene, tenant.first("secret_client")
    given = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": _LINKS}
    for name in ("terms-of-use", "privacy-policy"):
        made = await s.admin("CreateTerms", ClientId=client, TermsName=name, **given)
        tenant.know(terms=made["Terms"]["TermsId"])
    await s.admin("CreateManagedLoginBranding", ClientId=s.client, **_LOOK)
    style = await s.admin("CreateManagedLoginBranding", ClientId=client, UseCognitoProvidedValues=True)
    tenant.know(style=style["ManagedLoginBranding"]["ManagedLoginBrandingId"])


async def _imports(tenant: Tenant) -> None:
    for name in ("first", "second"):
        made = await tenant.scene.admin(
            "CreateUserImportJob", JobName=name, CloudWatchLogsRoleArn=f"arn:aws:iam::{ACCOUNT}:role/Import"
        )
        job = made["UserImportJob"]
        tenant.know(job=job["JobId"], upload=urlsplit(job["PreSignedUrl"]).query)


async def _role(tenant: Tenant) -> None:
    """What this tenant's administrator may assume, and nobody else."""
    administrator = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{tenant.name('admin')}"}
    trust = account.trusting(administrator, "sts:AssumeRole")
    arn = await account.role(tenant.scene.world, tenant.name("staff"), trust=trust)
    tenant.know(staff_role=arn)


async def person(tenant: Tenant, name: str, **attributes: str) -> str:
    """A confirmed user with a password and a verified address; gives the stored name."""
    given = {"email": f"{name}@{tenant.letter}.example", "email_verified": "true"}
    await tenant.scene.another_user(tenant.name(name), **(given | attributes))
    return tenant.name(name)


async def sub_of(tenant: Tenant, name: str) -> str:
    found = await tenant.scene.admin("AdminGetUser", Username=name)
    return next(entry["Value"] for entry in found["UserAttributes"] if entry["Name"] == "sub")


async def tokens_of(tenant: Tenant, name: str) -> dict[str, Any]:
    return await tenant.scene.tokens(tenant.name(name), PASSWORD)
