"""A user pool with something of every kind, to be copied."""

import base64
from typing import Any

from tests.directory.pictures import PNG
from tests.idp.branded import CSS, asset
from tests.providers import add_providers
from tests.saml_provider import Provider
from tests.world import World

from poolhouse.store import pool_cloning
from poolhouse.store.pool_cloning import Clone, Wishes

DATES = {"CreationDate", "LastModifiedDate"}
RED = {"components": {"pageBackground": {"lightMode": {"color": "aa0000ff"}}}}
RISK: dict[str, Any] = {
    "CompromisedCredentialsRiskConfiguration": {
        "EventFilter": ["SIGN_IN"],
        "Actions": {"EventAction": "NO_ACTION"},
    },
    "AccountTakeoverRiskConfiguration": {
        "NotifyConfiguration": {
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
            "From": "Anna <a@example.com>",
            "BlockEmail": {"Subject": "Stopped", "HtmlBody": "<p>Stopped.</p>", "TextBody": "Stopped."},
        },
        "Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}},
    },
}
CLIENT_RISK: dict[str, Any] = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["198.51.100.0/24"]}}
TERMS = {"cognito:default": "https://acme.example/terms"}


class Template:
    """A pool with something of every kind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pool = self.web = self.machine = ""

    async def make(self) -> "Template":
        self.pool = await self.world.pool(
            PoolName="template",
            Schema=[{"Name": "plan", "AttributeDataType": "String"}],
            Policies={"PasswordPolicy": {"MinimumLength": 7}},
            MfaConfiguration="OFF",
            UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
            UserPoolTags={"team": "red", "poolhouse:lockout-free-tries": "3"},
        )
        self.web = await self._client("web", SupportedIdentityProviders=["COGNITO"])
        self.machine = await self._client("machine", GenerateSecret=True)
        await self._parts()
        await self._looks()
        await self.world.user(self.pool, "ada")
        await self.call("AdminAddUserToGroup", Username="ada", GroupName="admin")
        return self

    async def call(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, UserPoolId=self.pool, **members)

    async def _client(self, name: str, **members: Any) -> str:
        return str((await self.world.client(self.pool, ClientName=name, **members))["ClientId"])

    async def _parts(self) -> None:
        await self.call("CreateGroup", GroupName="admin", Precedence=1, Description="Who may invite")
        scopes = [{"ScopeName": "read", "ScopeDescription": "Read notes"}]
        await self.call("CreateResourceServer", Identifier="notes", Name="Notes", Scopes=scopes)
        await add_providers(self.world, self.pool, "corp", IdpIdentifiers=["acme.example"])
        await self.call(
            "CreateIdentityProvider",
            ProviderName="old",
            ProviderType="SAML",
            ProviderDetails={
                "MetadataFile": Provider(now=self.world.now).metadata(),
                "EncryptedResponses": "true",
            },
        )
        await self.call(
            "SetUserPoolMfaConfig",
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        await self.call(
            "SetUserPoolSessionConfiguration", UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
        )
        await self.call(
            "SetUserPoolClientSessionConfiguration", ClientId=self.web, SSOSession={"MaxValidityMinutes": 5}
        )

    async def _looks(self) -> None:
        await self.call("SetRiskConfiguration", **RISK)
        await self.call("SetRiskConfiguration", ClientId=self.web, **CLIENT_RISK)
        await self.call("CreateUserPoolDomain", Domain="template", ManagedLoginVersion=2)
        await self.call("SetUICustomization", CSS=CSS, ImageFile=base64.b64encode(PNG).decode())
        await self.call("SetUICustomization", ClientId=self.machine, CSS=CSS)
        await self.call(
            "CreateManagedLoginBranding", ClientId=self.web, Settings=RED, Assets=[asset("FORM_LOGO", PNG)]
        )
        await self.call(
            "CreateTerms",
            ClientId=self.web,
            TermsName="terms-of-use",
            TermsSource="LINK",
            Enforcement="NONE",
            Links=TERMS,
        )


async def cloned(template: Template, **wishes: Any) -> Clone:
    given = {"name": "acme", "copies_secrets": True} | wishes
    return await pool_cloning.clone(template.world.env, template.pool, Wishes(**given))


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {*names, *DATES, "UserPoolId"}}
