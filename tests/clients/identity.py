"""An identity pool that takes the users of a user pool, made with boto3 as by an administrator."""

from dataclasses import dataclass
from typing import Any

from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.server import Server

DEVELOPER = "login.example"


@dataclass(frozen=True)
class IdentityApp:
    """`pool_id` is the identity pool's; guests may come, and a backend may vouch for users as `DEVELOPER`."""

    server: Server
    app: App
    pool_id: str

    @property
    def provider(self) -> str:
        """What Logins calls the user pool."""
        return f"cognito-idp.{self.server.region}.amazonaws.com/{self.app.pool_id}"

    @property
    def issuer(self) -> str:
        """Of OpenID tokens."""
        return f"{self.server.endpoint}/cognito-identity"

    def logins(self, name: str) -> dict[str, str]:
        """Somebody of the user pool signs in."""
        signed_in = self.server.boto3("cognito-idp").initiate_auth(
            ClientId=self.app.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )
        return {self.provider: signed_in["AuthenticationResult"]["IdToken"]}

    def identity(self, logins: dict[str, str]) -> str:
        """Without logins a new guest."""
        made = self._client().get_id(IdentityPoolId=self.pool_id, Logins=logins)
        return str(made["IdentityId"])

    def open_id_token(self, identity_id: str, logins: dict[str, str]) -> str:
        return str(self._client().get_open_id_token(IdentityId=identity_id, Logins=logins)["Token"])

    def developer_token(self, user: str, seconds: int) -> str:
        """An OpenID token for a user whom a backend vouches for."""
        made = self._client().get_open_id_token_for_developer_identity(
            IdentityPoolId=self.pool_id, Logins={DEVELOPER: user}, TokenDuration=seconds
        )
        return str(made["Token"])

    def credentials(self, identity_id: str, logins: dict[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = self._client().get_credentials_for_identity(
            IdentityId=identity_id, Logins=logins
        )["Credentials"]
        return made

    def set_roles(self, users: str, guests: str) -> None:
        """Their ARNs."""
        self._client().set_identity_pool_roles(
            IdentityPoolId=self.pool_id, Roles={"authenticated": users, "unauthenticated": guests}
        )

    def _client(self) -> Any:
        return self.server.boto3("cognito-identity")


def new_identity_app(server: Server, *users: str) -> IdentityApp:
    """A user pool with these users in it, and an identity pool in front of it."""
    app = new_app(server)
    for name in users:
        new_user(server, app, name)
    return identity_app_of(server, app)


def identity_app_of(server: Server, app: App) -> IdentityApp:
    """Another identity pool for the users of an app."""
    provider = f"cognito-idp.{server.region}.amazonaws.com/{app.pool_id}"
    made = server.boto3("cognito-identity").create_identity_pool(
        IdentityPoolName="clients",
        AllowUnauthenticatedIdentities=True,
        AllowClassicFlow=True,
        DeveloperProviderName=DEVELOPER,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": app.client_id}],
    )
    return IdentityApp(server, app, made["IdentityPoolId"])
