"""Every signed operation, called once with success in one world, and what each added to the audit log."""

from collections.abc import Mapping
from typing import Any

from tests import account
from tests.browser import TRACKING, new_browser
from tests.idp import authenticator
from tests.idp.test_log_delivery import EVENTS, GROUP
from tests.imports import steps
from tests.providers import request
from tests.refusals.scene import Scene
from tests.web.signed_operations import CHANGES

from poolhouse.directory.audit import Record
from poolhouse.errors import ApiError
from poolhouse.imports import jobs
from poolhouse.ports import Tx
from poolhouse.sink_settings import FileSink
from poolhouse.store import access_keys, audit, credential_keys
from poolhouse.store.import_jobs import Key

ROLE = "arn:aws:iam::000000000000:role/logs"
POOL: Mapping[str, Any] = {
    **TRACKING,
    "EmailConfiguration": authenticator.SENDER,
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
}
DEVELOPER = "login.example"
SINKS = {GROUP: FileSink(path="/var/log/app.jsonl")}


async def everything(world: Any) -> list[Record]:
    """Every record of every chain."""

    async def read(tx: Tx) -> list[Record]:
        return [
            record for pool in await audit.chains(tx) for record in await audit.page(tx, pool, 0, 100_000)
        ]

    return list(await world.env.db.read(read))


class Walk:
    """`added` has, for each operation, the records of its call; `refused` those of calls that were refused;
    `unsigned` those of users' own calls.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.world = scene.world
        self.pool = ""
        self.added: dict[str, list[Record]] = {}
        self.refused: dict[str, list[Record]] = {}
        self.unsigned: list[Record] = []
        self._seen: set[tuple[str, int]] = set()

    async def do(self, name: str, /, *, service: str = "cognito-idp", **members: Any) -> dict[str, Any]:
        """Call it, and first where what it is about is not there."""
        await self._new()
        if name in CHANGES and (missing := _elsewhere(members)):
            try:
                await self.world.call(name, service=service, **missing)
            except ApiError:
                self.refused[f"{service}:{name}"] = await self._new()
        answer = await self.world.call(name, service=service, **members)
        new = await self._new()
        self.added.setdefault(f"{service}:{name}", []).extend(new)
        return answer

    async def on(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.do(name, UserPoolId=self.pool, **members)

    async def of(self, user: str, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.on(name, Username=user, **members)

    async def identity(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.do(name, service="cognito-identity", **members)

    async def users_part(self) -> None:
        """What was done since the last call was done by users."""
        self.unsigned += await self._new()

    async def _new(self) -> list[Record]:
        found = await everything(self.world)
        new = [record for record in found if (record.pool_id, record.seq) not in self._seen]
        self._seen |= {(record.pool_id, record.seq) for record in new}
        return new


def _elsewhere(members: Mapping[str, Any]) -> dict[str, Any]:
    """The same request, about something that nobody has; empty: it is about nothing that could be missing."""
    others = {
        "UserPoolId": "us-east-1_Nothing00",
        "IdentityPoolId": "us-east-1:00000000-0000-4000-8000-000000000000",
        "ResourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Nothing00",
    }
    changed = {name: other for name, other in others.items() if name in members}
    return {**members, **changed} if changed else {}


async def walk(scene: Scene) -> Walk:
    """All of it, in an order in which each finds what it needs."""
    found = Walk(scene)
    await _pools(found)
    await _looks(found)
    await _people(found)
    await _sign_ins(found)
    await _imports(found)
    await _identities(found)
    await _roles(found)
    await _ends(found)
    return found


async def _pools(w: Walk) -> None:
    made = await w.do("CreateUserPool", PoolName="walk", **POOL)
    w.pool = made["UserPool"]["Id"]
    w.scene.pool = w.pool
    arn = made["UserPool"]["Arn"]
    await w.on(
        "UpdateUserPool",
        **POOL,
        AutoVerifiedAttributes=["email"],
    )
    await w.on("AddCustomAttributes", CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}])
    await w.on("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
    await w.on("GetUserPoolMfaConfig")
    await w.do("TagResource", ResourceArn=arn, Tags={"team": "one"})
    await w.do("ListTagsForResource", ResourceArn=arn)
    await w.do("UntagResource", ResourceArn=arn, TagKeys=["team"])
    await w.on("DescribeUserPool")
    await w.do("ListUserPools", MaxResults=10)
    await w.world.call("GetSigningCertificate", UserPoolId=w.pool)  # which makes its key
    await w._new()
    await w.on("GetSigningCertificate")
    limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}
    await w.do("GetProvisionedLimit", LimitDefinition=limit)
    risk = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"]}}
    await w.on("SetRiskConfiguration", **risk)
    await w.on("DescribeRiskConfiguration")
    await w.on("SetLogDeliveryConfiguration", LogConfigurations=[EVENTS])
    await w.on("GetLogDeliveryConfiguration")
    await w.do("UpdateProvisionedLimit", LimitDefinition=limit, RequestedLimitValue=500)
    await w.on(
        "SetUserPoolSessionConfiguration", UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
    )
    await w.on("GetUserPoolSessionConfiguration")
    await _clients(w)
    await _providers(w)


async def _clients(w: Walk) -> None:
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    flows += ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    app = await w.on("CreateUserPoolClient", ClientName="app", ExplicitAuthFlows=flows)
    w.scene.app = app["UserPoolClient"]
    client = {"ClientId": w.scene.client}
    await w.on("UpdateUserPoolClient", **client, ClientName="the app", ExplicitAuthFlows=flows)
    await w.on("DescribeUserPoolClient", **client)
    await w.on("ListUserPoolClients")
    await w.on("SetUserPoolClientSessionConfiguration", **client, SSOSession={"MaxValidityMinutes": 30})
    await w.on("GetUserPoolClientSessionConfiguration", **client)
    secret = await w.on("CreateUserPoolClient", ClientName="server", GenerateSecret=True)
    server = {"ClientId": secret["UserPoolClient"]["ClientId"]}
    made = await w.on("AddUserPoolClientSecret", **server)
    await w.on("ListUserPoolClientSecrets", **server)
    await w.on(
        "DeleteUserPoolClientSecret",
        **server,
        ClientSecretId=made["ClientSecretDescriptor"]["ClientSecretId"],
    )
    await w.on("DeleteUserPoolClient", **server)
    await w.on("CreateResourceServer", Identifier="photos", Name="Photos")
    await w.on("UpdateResourceServer", Identifier="photos", Name="Pictures")
    await w.on("DescribeResourceServer", Identifier="photos")
    await w.on("ListResourceServers", MaxResults=10)
    await w.on("DeleteResourceServer", Identifier="photos")


async def _providers(w: Walk) -> None:
    google = request(w.pool, "Google")
    await w.do("CreateIdentityProvider", **google, IdpIdentifiers=["example.com"])
    await w.on("UpdateIdentityProvider", ProviderName="Google", AttributeMapping={"email": "email"})
    await w.on("DescribeIdentityProvider", ProviderName="Google")
    await w.on("GetIdentityProviderByIdentifier", IdpIdentifier="example.com")
    await w.on("ListIdentityProviders")
    await w.do("CreateIdentityProvider", **request(w.pool, "Facebook"))
    await w.on("DeleteIdentityProvider", ProviderName="Facebook")


async def _looks(w: Walk) -> None:
    await w.on("CreateUserPoolDomain", Domain="walk", ManagedLoginVersion=2)
    await w.do("DescribeUserPoolDomain", Domain="walk")
    client = {"ClientId": w.scene.client}
    style = await w.on("CreateManagedLoginBranding", **client, UseCognitoProvidedValues=True)
    named = {"ManagedLoginBrandingId": style["ManagedLoginBranding"]["ManagedLoginBrandingId"]}
    await w.on(
        "UpdateManagedLoginBranding",
        **named,
        Settings={"components": {"pageBackground": {"lightMode": {"color": "aa0000ff"}}}},
    )
    await w.on("DescribeManagedLoginBranding", **named)
    await w.on("DescribeManagedLoginBrandingByClient", **client)
    await w.on("DeleteManagedLoginBranding", **named)
    links = {"cognito:default": "https://acme.example/terms"}
    terms = await w.on(
        "CreateTerms", **client, TermsName="terms-of-use", TermsSource="LINK", Enforcement="NONE", Links=links
    )
    document = {"TermsId": terms["Terms"]["TermsId"]}
    await w.on("UpdateTerms", **document, TermsName="privacy-policy")
    await w.on("DescribeTerms", **document)
    await w.on("DescribeTermsByClient", **client, TermsName="privacy-policy")
    await w.on("ListTerms")
    await w.on("DeleteTerms", **document)
    await w.on("UpdateUserPoolDomain", Domain="walk", ManagedLoginVersion=1)
    await w.on("SetUICustomization", CSS=".submitButton-customizable { background-color: #7a2e1d; }")
    await w.on("GetUICustomization")
    await w.on("DeleteUserPoolDomain", Domain="walk")


async def _people(w: Walk) -> None:
    email = [{"Name": "email", "Value": "ada@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await w.on("AdminCreateUser", Username="ada", MessageAction="SUPPRESS", UserAttributes=email)
    await w.of("ada", "AdminSetUserPassword", Password="P2$Sword", Permanent=True)
    await w.of("ada", "AdminUpdateUserAttributes", UserAttributes=[{"Name": "name", "Value": "Ada"}])
    await w.of("ada", "AdminDeleteUserAttributes", UserAttributeNames=["name"])
    await w.of("ada", "AdminDisableUser")
    await w.of("ada", "AdminEnableUser")
    await w.of("ada", "AdminGetUser")
    await w.on("ListUsers")
    await w.scene.signed_up("eve")
    await w.users_part()
    await w.of("eve", "AdminConfirmSignUp")
    await w.of("eve", "AdminSetUserSettings", MFAOptions=[])
    await w.on("CreateGroup", GroupName="staff")
    await w.on("UpdateGroup", GroupName="staff", Description="all")
    await w.of("ada", "AdminAddUserToGroup", GroupName="staff")
    await w.of("ada", "AdminListGroupsForUser")
    await w.on("ListUsersInGroup", GroupName="staff")
    await w.on("GetGroup", GroupName="staff")
    await w.on("ListGroups")
    await w.of("ada", "AdminRemoveUserFromGroup", GroupName="staff")
    await w.on("DeleteGroup", GroupName="staff")
    source = {
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": "109",
    }
    native = {"ProviderName": "Cognito", "ProviderAttributeValue": "ada"}
    await w.on("AdminLinkProviderForUser", DestinationUser=native, SourceUser=source)
    await w.on("AdminDisableProviderForUser", User=source)


async def _sign_ins(w: Walk) -> None:
    given = {"USERNAME": "ada", "PASSWORD": "P2$Sword"}
    session = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "ClientId": w.scene.client, "AuthParameters": given}
    await w.on("AdminInitiateAuth", **session)
    await w.scene.admin_sign_in()
    signed_in = await w.scene.srp_answer(await w.scene.srp_challenge())
    tokens = signed_in["AuthenticationResult"]
    browser = new_browser(tokens)
    await w.scene.token("ConfirmDevice", tokens["AccessToken"], **browser.confirmation())
    await w.users_part()
    events = await w.of("ada", "AdminListUserAuthEvents")
    await w.of(
        "ada",
        "AdminUpdateAuthEventFeedback",
        EventId=events["AuthEvents"][0]["EventId"],
        FeedbackValue="Valid",
    )
    device = {"DeviceKey": browser.key}
    await w.of("ada", "AdminGetDevice", **device)
    await w.of("ada", "AdminListDevices")
    await w.of("ada", "AdminUpdateDeviceStatus", **device, DeviceRememberedStatus="not_remembered")
    await w.of("ada", "AdminForgetDevice", **device)
    sessions = await w.of("ada", "AdminListUserSessions")
    await w.of("ada", "AdminRevokeUserSession", SessionId=sessions["Sessions"][0]["SessionId"])
    await _with_an_app(w, session)
    await w.of("ada", "AdminGetUserAuthFactors")
    await w.of("ada", "AdminUserGlobalSignOut")
    await w.of("ada", "AdminResetUserPassword")


async def _with_an_app(w: Walk, session: Mapping[str, Any]) -> None:
    tokens = await w.scene.tokens()
    secret = await authenticator.set_up(w.world, tokens["AccessToken"], turn_on=False)
    await w.users_part()
    await w.of(
        "ada", "AdminSetUserMFAPreference", SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    asked = await w.on("AdminInitiateAuth", **session)
    code = authenticator.code(w.world, secret)
    await w.on(
        "AdminRespondToAuthChallenge",
        ClientId=w.scene.client,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code},
    )
    await w.of("ada", "AdminDeleteSoftwareToken")


async def _imports(w: Walk) -> None:
    header = (await w.on("GetCSVHeader"))["CSVHeader"]
    job = (await w.on("CreateUserImportJob", JobName="walk", CloudWatchLogsRoleArn=ROLE))["UserImportJob"]
    named = {"JobId": job["JobId"]}
    await steps.upload(w.world, Key(w.pool, job["JobId"]), (",".join(header) + "\n").encode())
    await w.on("DescribeUserImportJob", **named)
    await w.on("ListUserImportJobs", MaxResults=10)
    await w.on("StartUserImportJob", **named)
    await w.on("StopUserImportJob", **named)
    await jobs.run_due(w.world.env)
    await w.users_part()


async def _identities(w: Walk) -> None:
    provider = f"cognito-idp.us-east-1.amazonaws.com/{w.pool}"
    settings: dict[str, Any] = {
        "IdentityPoolName": "walk",
        "AllowUnauthenticatedIdentities": True,
        "CognitoIdentityProviders": [{"ProviderName": provider, "ClientId": w.scene.client}],
        "DeveloperProviderName": DEVELOPER,
    }
    pool = {"IdentityPoolId": (await w.identity("CreateIdentityPool", **settings))["IdentityPoolId"]}
    await w.identity("UpdateIdentityPool", **pool, **(settings | {"IdentityPoolName": "walked"}))
    await w.identity("DescribeIdentityPool", **pool)
    await w.identity("ListIdentityPools", MaxResults=10)
    await w.identity("SetIdentityPoolRoles", **pool, Roles={"authenticated": ROLE})
    await w.identity("GetIdentityPoolRoles", **pool)
    tags = {"IdentityProviderName": provider, "UseDefaults": True}
    await w.identity("SetPrincipalTagAttributeMap", **pool, **tags)
    await w.identity("GetPrincipalTagAttributeMap", **pool, IdentityProviderName=provider)
    arn = f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool['IdentityPoolId']}"
    await w.identity("TagResource", ResourceArn=arn, Tags={"team": "one"})
    await w.identity("ListTagsForResource", ResourceArn=arn)
    await w.identity("UntagResource", ResourceArn=arn, TagKeys=["team"])
    await w.world.call("GetId", service="cognito-identity", **pool)
    await w.users_part()
    await _developers(w, pool)
    await w.identity("DeleteIdentityPool", **pool)


async def _developers(w: Walk, pool: Mapping[str, str]) -> None:
    ids = [
        (await w.identity("GetOpenIdTokenForDeveloperIdentity", **pool, Logins={DEVELOPER: user}))[
            "IdentityId"
        ]
        for user in ("ben", "cleo")
    ]
    await w.identity("LookupDeveloperIdentity", **pool, DeveloperUserIdentifier="ben")
    merged = await w.identity(
        "MergeDeveloperIdentities",
        **pool,
        DeveloperProviderName=DEVELOPER,
        SourceUserIdentifier="ben",
        DestinationUserIdentifier="cleo",
    )
    await w.identity("DescribeIdentity", IdentityId=merged["IdentityId"])
    await w.identity("ListIdentities", **pool, MaxResults=10)
    await w.identity(
        "UnlinkDeveloperIdentity",
        **pool,
        IdentityId=merged["IdentityId"],
        DeveloperProviderName=DEVELOPER,
        DeveloperUserIdentifier="ben",
    )
    await w.identity("DeleteIdentities", IdentityIdsToDelete=ids)


async def _roles(w: Walk) -> None:
    await w.do("GetCallerIdentity", service="sts")
    made = await access_keys.create(w.world.env, "ops", account.EVERYTHING)
    await w.do("GetAccessKeyInfo", service="sts", AccessKeyId=made.access_key_id)
    root = account.trusting({"AWS": f"arn:aws:iam::{account.ACCOUNT}:root"}, "sts:AssumeRole")
    arn = await account.role(w.world, "walker", trust=root)
    await credential_keys.current(w.world.env)
    await w.users_part()
    await w.do("GetSessionToken", service="sts")
    await w.do("AssumeRole", service="sts", RoleArn=arn, RoleSessionName="walk")


async def _ends(w: Walk) -> None:
    await w.of("ada", "AdminDeleteUser")
    await w.on("DeleteUserPool")
