"""Refused, where tiers are enforced: what a pool's plan has not, and plans that lack what it uses (7.3)."""

from typing import Any

from tests.idp.authenticator import EMAIL_ON, TOTP_ON
from tests.refusals.choice import CLIENT, CODES, allowing, begin
from tests.refusals.functions import after, having
from tests.refusals.mfa import MAILS, mfa
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.table import Row, Step, play, table

from poolhouse.sink_settings import FileSink

LITE = {"UserPoolTier": "LITE"}
ESSENTIALS = {"UserPoolTier": "ESSENTIALS"}
NOT_HERE = "FeatureUnavailableInTierException: {} not available in the {} tier."
FIRST = "TierChangeNotAllowedException: {} before you change the tier to {}."
HISTORY = {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}
LEVELS = {"AcrConfiguration": {"Level1": {"AcrValue": "low"}}}
REGISTERING: dict[str, Any] = {"DcrConfiguration": {}}
PASSKEYS = {"WebAuthnConfiguration": {"RelyingPartyId": "auth.example.com"}}
SESSIONS = {"TokenSession": {"MaxPerUser": 2}}
CHOICE = {"ClientName": "app", **CLIENT}
NO_CHOICE = {"ClientName": "app", "ExplicitAuthFlows": CLIENT["ExplicitAuthFlows"][1:]}


def row(name: str, error: str, refused: Step, twin: Step, arrange: Step | None = None, **more: Any) -> Row:
    """Tiers are enforced from after the arrangement on."""

    async def arranged(s: Scene) -> None:
        if arrange:
            await arrange(s)
        await s.with_settings(tiers="enforced")

    return Row(name, error, refused, twin, arranged, **more)


async def new_pool(s: Scene, **members: Any) -> Any:
    return await s.call("CreateUserPool", PoolName="new", **members)


async def update(s: Scene, **members: Any) -> Any:
    return await s.admin("UpdateUserPool", **members)


async def newer_function(s: Scene, tier: str) -> Any:
    lambdas = s.world.triggers(PreTokenGeneration="V2_0")
    return await update(s, LambdaConfig=lambdas, UserPoolTier=tier)


async def older_function(s: Scene) -> Any:
    lambdas = s.world.triggers(PreTokenGeneration="V1_0")
    return await update(s, LambdaConfig=lambdas, **LITE)


async def track(s: Scene, tracking: str = "ENABLED") -> Any:
    return await s.admin("SetUserPoolSessionConfiguration", UserSessionTracking=tracking, **SESSIONS)


async def track_client(s: Scene) -> Any:
    session = {"MaxValidityMinutes": 5}
    return await s.admin("SetUserPoolClientSessionConfiguration", ClientId=s.client, SSOSession=session)


async def configure(s: Scene, **members: Any) -> Any:
    return await s.admin("SetUserPoolMfaConfig", **members)


async def domain(s: Scene, version: int) -> Any:
    return await s.admin("CreateUserPoolDomain", Domain="acme", ManagedLoginVersion=version)


async def change_domain(s: Scene, version: int) -> Any:
    return await s.admin("UpdateUserPoolDomain", Domain="acme", ManagedLoginVersion=version)


async def style(s: Scene) -> Any:
    made = await s.admin("CreateManagedLoginBranding", ClientId=s.client, UseCognitoProvidedValues=True)
    s.got["style"] = made["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    return made


async def change_style(s: Scene) -> Any:
    return await s.admin(
        "UpdateManagedLoginBranding", ManagedLoginBrandingId=s.got["style"], UseCognitoProvidedValues=True
    )


async def no_style(s: Scene) -> Any:
    return await s.admin("DeleteManagedLoginBranding", ManagedLoginBrandingId=s.got["style"])


async def new_client(s: Scene, members: dict[str, Any]) -> Any:
    return await s.admin("CreateUserPoolClient", **members)


async def change_client(s: Scene, members: dict[str, Any]) -> Any:
    return await s.admin("UpdateUserPoolClient", ClientId=s.client, **members)


async def up(s: Scene) -> Any:
    return await update(s, **ESSENTIALS)


NO_CODES = NOT_HERE.format("AllowedFirstAuthFactors other than PASSWORD are", "LITE")
NO_CHOICE_HERE = NOT_HERE.format("USER_AUTH is", "LITE")
NO_TRACKING = NOT_HERE.format("User session tracking is", "LITE")
NO_MANAGED_LOGIN = NOT_HERE.format("Managed login is", "LITE")
NO_BRANDING = "InvalidParameterException: Managed login branding is not available in the LITE tier."

SETTINGS = (
    row(
        "first factors beside the password in the LITE tier",
        NO_CODES,
        lambda s: new_pool(s, **CODES, **LITE),
        lambda s: new_pool(s, **allowing(), **LITE),
    ),
    row(
        "other first factors for a pool that is in the LITE tier",
        NO_CODES,
        lambda s: update(s, **CODES, **LITE),
        lambda s: update(s, **CODES, **ESSENTIALS),
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool that has other first factors",
        FIRST.format("Allow PASSWORD alone", "LITE"),
        lambda s: update(s, **CODES, **LITE),
        lambda s: update(s, **allowing(), **LITE),
        pool=CODES,
    ),
    row(
        "names of levels in the LITE tier",
        NOT_HERE.format("AcrConfiguration is", "LITE"),
        lambda s: new_pool(s, **LEVELS, **LITE),
        lambda s: new_pool(s, **LEVELS),
    ),
    row(
        "the LITE tier for a pool that names its levels",
        FIRST.format("Remove AcrConfiguration", "LITE"),
        lambda s: update(s, **LEVELS, **LITE),
        lambda s: update(s, **LITE),
        pool=LEVELS,
    ),
    row(
        "a password history in the LITE tier",
        NOT_HERE.format("PasswordHistorySize is", "LITE"),
        lambda s: new_pool(s, **HISTORY, **LITE),
        lambda s: new_pool(s, **HISTORY, **ESSENTIALS),
    ),
    row(
        "the LITE tier for a pool with a password history",
        FIRST.format("Set PasswordHistorySize to 0", "LITE"),
        lambda s: update(s, **HISTORY, **LITE),
        lambda s: update(s, **LITE),
        pool=HISTORY,
    ),
    row(
        "a function that changes access tokens in the LITE tier",
        NOT_HERE.format("V2_0 and V3_0 of PreTokenGenerationConfig are", "LITE"),
        lambda s: newer_function(s, "LITE"),
        older_function,
        having("PreTokenGeneration", version="V1_0", **LITE),
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool whose function changes access tokens",
        FIRST.format("Use V1_0 of PreTokenGenerationConfig", "LITE"),
        lambda s: newer_function(s, "LITE"),
        lambda s: newer_function(s, "ESSENTIALS"),
        having("PreTokenGeneration", version="V2_0"),
    ),
    row(
        "clients that register themselves in the LITE tier",
        NOT_HERE.format("DcrConfiguration is", "LITE"),
        lambda s: new_pool(s, **REGISTERING, **LITE),
        lambda s: new_pool(s, DcrConfiguration={"EnableStatus": "Disabled"}, **LITE),
    ),
    row(
        "the LITE tier for a pool whose clients may register themselves",
        FIRST.format("Disable DcrConfiguration", "LITE"),
        lambda s: update(s, **LITE),
        lambda s: update(s, DcrConfiguration={"EnableStatus": "Disabled"}, **LITE),
        pool=REGISTERING,
    ),
)

OPERATIONS = (
    row(
        "sessions that are tracked in the LITE tier",
        NO_TRACKING,
        track,
        lambda s: track(s, "DISABLED"),
        pool=LITE,
    ),
    row(
        "the sessions of a client in the LITE tier",
        NO_TRACKING,
        track_client,
        after(up, track, track_client),
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool that keeps track of sessions",
        FIRST.format("Disable UserSessionTracking", "LITE"),
        lambda s: update(s, **LITE),
        after(lambda s: track(s, "DISABLED"), lambda s: update(s, **LITE)),
        track,
    ),
    row(
        "e-mail as factor in the LITE tier",
        NOT_HERE.format("Email MFA is", "LITE"),
        lambda s: configure(s, MfaConfiguration="ON", **EMAIL_ON),
        lambda s: configure(s, MfaConfiguration="ON", **TOTP_ON),
        pool=MAILS | LITE,
    ),
    row(
        "the LITE tier where e-mail is a factor",
        FIRST.format("Turn off email MFA", "LITE"),
        lambda s: update(s, MfaConfiguration="ON", **MAILS, **LITE),
        lambda s: update(s, MfaConfiguration="OFF", **MAILS, **LITE),
        lambda s: mfa(s, "ON", EMAIL_ON),
        pool=MAILS,
    ),
    row(
        "passkeys in the LITE tier",
        NOT_HERE.format("WebAuthnConfiguration is", "LITE"),
        lambda s: configure(s, **PASSKEYS),
        after(up, lambda s: configure(s, **PASSKEYS)),
        pool=LITE,
    ),
    row(
        "managed login in the LITE tier",
        NO_MANAGED_LOGIN,
        lambda s: domain(s, 2),
        lambda s: domain(s, 1),
        pool=LITE,
    ),
    row(
        "an update to managed login in the LITE tier",
        NO_MANAGED_LOGIN,
        lambda s: change_domain(s, 2),
        lambda s: change_domain(s, 1),
        lambda s: domain(s, 1),
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool with managed login",
        FIRST.format("Set ManagedLoginVersion of the domain to 1", "LITE"),
        lambda s: update(s, **LITE),
        after(lambda s: change_domain(s, 1), lambda s: update(s, **LITE)),
        lambda s: domain(s, 2),
    ),
    row("a style of managed login in the LITE tier", NO_BRANDING, style, after(up, style), pool=LITE),
    row(
        "another look for a style that the tier has not",
        NO_BRANDING,
        change_style,
        after(up, change_style),
        style,
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool with styles",
        FIRST.format("Delete the managed login branding", "LITE"),
        lambda s: update(s, **LITE),
        after(no_style, lambda s: update(s, **LITE)),
        style,
    ),
)

CHOOSING = (
    row(
        "a client with USER_AUTH in the LITE tier",
        NO_CHOICE_HERE,
        lambda s: new_client(s, CHOICE),
        lambda s: new_client(s, NO_CHOICE),
        pool=LITE,
    ),
    row(
        "a client that gets USER_AUTH in the LITE tier",
        NO_CHOICE_HERE,
        lambda s: change_client(s, CHOICE),
        lambda s: change_client(s, NO_CHOICE),
        pool=LITE,
    ),
    row(
        "the LITE tier for a pool whose client has USER_AUTH",
        FIRST.format("Take ALLOW_USER_AUTH from the ExplicitAuthFlows of every app client", "LITE"),
        lambda s: update(s, **LITE),
        after(lambda s: change_client(s, NO_CHOICE), lambda s: update(s, **LITE)),
        client=CLIENT,
    ),
    row(
        "a sign-in by USER_AUTH in the LITE tier",
        NO_CHOICE_HERE,
        lambda s: begin(s, "PASSWORD", PASSWORD=PASSWORD),
        lambda s: s.sign_in(),
        pool=LITE,
        client=CLIENT,
    ),
    row(
        "a level of authentication that is asked for in the LITE tier",
        NO_CHOICE_HERE,
        lambda s: begin(s, "PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES="urn:cognito:loa:1"),
        after(up, lambda s: begin(s, "PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES="urn:cognito:loa:1")),
        pool=LITE,
        client=CLIENT,
    ),
    row(
        "an administrator's sign-in by USER_AUTH in the LITE tier",
        NO_CHOICE_HERE,
        lambda s: s.admin_sign_in(flow="USER_AUTH"),
        lambda s: s.admin_sign_in(),
        pool=LITE,
        client=CLIENT,
    ),
)


AUDIT = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
OFF = {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}
PLUS = {"UserPoolTier": "PLUS"}
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:pool"


async def with_sink(s: Scene) -> None:
    await s.with_settings(log_sinks={GROUP: FileSink(path="plans.log")})


async def deliver(s: Scene, source: str, level: str) -> Any:
    kept = {"EventSource": source, "LogLevel": level, "CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}}
    return await s.admin("SetLogDeliveryConfiguration", LogConfigurations=[kept])


async def deliver_events(s: Scene) -> Any:
    return await deliver(s, "userAuthEvents", "INFO")


async def deliver_failures(s: Scene) -> Any:
    return await deliver(s, "userNotification", "ERROR")


PROTECTION = (
    row(
        "threat protection in the ESSENTIALS tier",
        NOT_HERE.format("UserPoolAddOns is", "ESSENTIALS"),
        lambda s: new_pool(s, **AUDIT, **ESSENTIALS),
        lambda s: new_pool(s, **AUDIT),
    ),
    row(
        "threat protection for a pool in the LITE tier",
        NOT_HERE.format("UserPoolAddOns is", "LITE"),
        lambda s: update(s, **AUDIT, **LITE),
        lambda s: update(s, **OFF, **LITE),
        pool=LITE,
    ),
    row(
        "the ESSENTIALS tier for a pool with threat protection",
        FIRST.format("Set AdvancedSecurityMode of UserPoolAddOns to OFF", "ESSENTIALS"),
        lambda s: update(s, **AUDIT, **ESSENTIALS),
        lambda s: update(s, **OFF, **ESSENTIALS),
        pool=AUDIT,
    ),
    row(
        "the delivery of what users do in the ESSENTIALS tier",
        NOT_HERE.format("Log delivery of userAuthEvents is", "ESSENTIALS"),
        deliver_events,
        deliver_failures,
        with_sink,
    ),
    row(
        "the ESSENTIALS tier for a pool that delivers what users do",
        FIRST.format("Take userAuthEvents from the log delivery configuration", "ESSENTIALS"),
        lambda s: update(s, **ESSENTIALS),
        after(deliver_failures, lambda s: update(s, **ESSENTIALS)),
        after(with_sink, deliver_events),
        pool=PLUS,
    ),
)


@table(SETTINGS, OPERATIONS, CHOOSING, PROTECTION)
async def test_what_the_plan_has_not_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


async def test_by_default_nothing_of_all_this_is_refused(scene: Scene) -> None:
    await scene.set_up(MAILS | LITE, CLIENT, {})

    for step in (track, track_client, lambda s: configure(s, MfaConfiguration="ON", **EMAIL_ON)):
        await step(scene)
    for step in (lambda s: configure(s, **PASSKEYS), lambda s: domain(s, 2), style, change_style):
        await step(scene)
    await update(scene, **MAILS, **CODES, **LEVELS, **REGISTERING, **LITE)
    await new_client(scene, CHOICE)

    assert (await begin(scene, "PASSWORD", PASSWORD=PASSWORD))["AuthenticationResult"]
