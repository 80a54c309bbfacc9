"""Refused: settings of second factors that a pool cannot have."""

from typing import Any

from tests.idp.authenticator import EMAIL_ON, SENDER, SMS, SMS_ON, TOTP_ON
from tests.refusals.mfa import MAILS, mfa
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

BAD = "InvalidParameterException: "
NEEDS_SMS = BAD + (
    "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
)
NEEDS_SENDER = BAD + (
    "Email MFA requires EmailConfiguration with the EmailSendingAccount DEVELOPER and a SourceArn. A server "
    "that sends by SMTP does not look at the ARN: any identity, such as "
    "arn:aws:ses:us-east-1:000000000000:identity/example.com, will do."
)
TEXT = "Your code for the garden is {####}"


async def configure(s: Scene, **members: Any) -> Any:
    return await s.admin("SetUserPoolMfaConfig", **members)


async def update(s: Scene, **members: Any) -> Any:
    return await s.admin("UpdateUserPool", **members)


SETTINGS = (
    Row(
        "required factors of which none is named",
        BAD + "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
        lambda s: configure(s, MfaConfiguration="ON"),
        lambda s: configure(s, MfaConfiguration="ON", **TOTP_ON),
    ),
    Row(
        "required factors of which the only one is off",
        BAD + "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
        lambda s: configure(s, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": False}),
        lambda s: configure(s, MfaConfiguration="OFF", SoftwareTokenMfaConfiguration={"Enabled": False}),
    ),
    Row(
        "an app as factor where factors are off",
        BAD + "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        lambda s: configure(s, MfaConfiguration="OFF", **TOTP_ON),
        lambda s: configure(s, MfaConfiguration="OPTIONAL", **TOTP_ON),
    ),
    Row(
        "factors without a word on whether they are required",
        BAD + "[MfaConfiguration] must be one of 'ON', 'OFF', or 'OPTIONAL'.",
        lambda s: configure(s, **TOTP_ON),
        lambda s: configure(s, MfaConfiguration="ON", **TOTP_ON),
    ),
    Row(
        "SMS as factor without how SMS are sent",
        BAD + "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
        lambda s: configure(s, MfaConfiguration="ON", SmsMfaConfiguration={"SmsAuthenticationMessage": TEXT}),
        lambda s: configure(
            s,
            MfaConfiguration="ON",
            SmsMfaConfiguration={"SmsAuthenticationMessage": TEXT, "SmsConfiguration": SMS},
        ),
    ),
    Row(
        "a text for SMS without the place of the code",
        BAD
        + "1 validation error detected: Value 'Your code' at 'smsMfaConfiguration.smsAuthenticationMessage' "
        r"failed to satisfy constraint: Member must satisfy regular expression pattern: .*\{####\}.*",
        lambda s: configure(
            s,
            MfaConfiguration="ON",
            SmsMfaConfiguration={"SmsAuthenticationMessage": "Your code", "SmsConfiguration": SMS},
        ),
        lambda s: configure(
            s,
            MfaConfiguration="ON",
            SmsMfaConfiguration={"SmsAuthenticationMessage": TEXT, "SmsConfiguration": SMS},
        ),
    ),
    Row(
        "e-mail as factor without an own sender",
        NEEDS_SENDER,
        lambda s: configure(s, MfaConfiguration="ON", **EMAIL_ON),
        lambda s: s.steps(
            update(s, EmailConfiguration=SENDER), configure(s, MfaConfiguration="ON", **EMAIL_ON)
        ),
    ),
    Row(
        "a subject of codes that is too long",
        BAD + "The Subject of EmailMfaConfiguration can have 140 characters at most.",
        lambda s: configure(s, MfaConfiguration="ON", EmailMfaConfiguration={"Subject": "c" * 141}),
        lambda s: configure(s, MfaConfiguration="ON", EmailMfaConfiguration={"Subject": "c" * 140}),
        pool=MAILS,
    ),
    Row(
        "an update that takes the sender from the e-mail factor",
        NEEDS_SENDER,
        lambda s: update(s, MfaConfiguration="ON"),
        lambda s: update(s, MfaConfiguration="ON", **MAILS),
        arrange=lambda s: mfa(s, "ON", EMAIL_ON),
        pool=MAILS,
    ),
    Row(
        "an update that requires factors and has none",
        NEEDS_SMS,
        lambda s: update(s, MfaConfiguration="ON"),
        lambda s: update(s, MfaConfiguration="ON", SmsConfiguration=SMS),
    ),
    Row(
        "an update that takes SMS from who has no other factor",
        NEEDS_SMS,
        lambda s: update(s, MfaConfiguration="ON"),
        lambda s: update(s, MfaConfiguration="ON", SmsConfiguration=SMS),
        arrange=lambda s: mfa(s, "ON", SMS_ON),
    ),
    Row(
        "a new pool that requires factors and has none",
        NEEDS_SMS,
        lambda s: s.call("CreateUserPool", PoolName="new", MfaConfiguration="OPTIONAL"),
        lambda s: s.call("CreateUserPool", PoolName="new", MfaConfiguration="OPTIONAL", SmsConfiguration=SMS),
    ),
    Row(
        "the factors of a pool that is not there",
        "ResourceNotFoundException: User pool us-east-1_Nothing00 does not exist.",
        lambda s: s.call("GetUserPoolMfaConfig", UserPoolId="us-east-1_Nothing00"),
        lambda s: s.admin("GetUserPoolMfaConfig"),
    ),
)


@table(SETTINGS)
async def test_a_setting_of_factors_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)
