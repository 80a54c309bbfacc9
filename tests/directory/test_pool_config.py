"""A pool's configuration: defaults, what is refused, and what an update keeps."""

import pytest

from poolhouse.directory import pool_config
from poolhouse.directory.pool_config import new_config, replaced_config
from poolhouse.errors import (
    ApiError,
    InvalidParameter,
    NotSupportedYet,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
SES = "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"
SNS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns"}


def _policy(**members):
    return {"Policies": {"PasswordPolicy": members}}


def test_a_pool_made_with_a_name_only_has_the_published_defaults():
    assert new_config({"PoolName": "p"}) == {
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "PasswordHistorySize": 0,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        },
        "AcrConfiguration": {
            "Level1": {"AcrValue": "urn:cognito:loa:1"},
            "Level2": {"AcrValue": "urn:cognito:loa:2"},
            "Level3": {"AcrValue": "urn:cognito:loa:3"},
            "Level4": {"AcrValue": "urn:cognito:loa:4"},
        },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "MfaConfiguration": "OFF",
        "UserPoolTier": "ESSENTIALS",
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": False,
            "UnusedAccountValidityDays": 7,
            "InviteMessageTemplate": {
                "SMSMessage": "Your username is {username} and temporary password is {####}. ",
                "EmailMessage": "Your username is {username} and temporary password is {####}. ",
                "EmailSubject": "Your temporary password",
            },
        },
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "SchemaAttributes": [],
    }


def test_a_password_policy_that_is_given_requires_what_it_says_and_no_more():
    policy = new_config(_policy(MinimumLength=12, RequireNumbers=True))["Policies"]["PasswordPolicy"]

    assert policy == {
        "MinimumLength": 12,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "PasswordHistorySize": 0,
        "TemporaryPasswordValidityDays": 7,
    }


@pytest.mark.parametrize(("given", "days"), [(0, 7), (1, 1), (365, 365)])
def test_zero_days_for_a_temporary_password_count_as_left_out(given, days):
    config = new_config(_policy(TemporaryPasswordValidityDays=given))

    assert config["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == days
    assert config["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == days


def test_the_older_name_of_these_days_is_in_effect_where_it_stands_alone():
    config = new_config({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 30}})

    assert config["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 30
    assert config["AdminCreateUserConfig"] == {
        "AllowAdminCreateUserOnly": False,
        "UnusedAccountValidityDays": 30,
    }


def test_both_names_of_these_days_at_once_are_refused():
    request = _policy(TemporaryPasswordValidityDays=7) | {
        "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7}
    }

    with pytest.raises(InvalidParameter, match="Please use TemporaryPasswordValidityDays"):
        new_config(request)


def test_what_describe_answers_cannot_be_written_back_as_it_is_just_as_at_aws():
    with pytest.raises(InvalidParameter, match="UnusedAccountValidityDays"):
        replaced_config(new_config({}), new_config({}))


REFUSED_FOR_NOW = [
    {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": ARN}},
    {"IssuerConfiguration": {"Type": "UPDATED"}},
    {"SmsConfiguration": {"EumsSms": {"CallerArn": ARN}}},
]


@pytest.mark.parametrize("request_", REFUSED_FOR_NOW)
def test_a_setting_that_nothing_acts_on_is_refused_and_named(request_):
    with pytest.raises(NotSupportedYet, match=r"does not support .* yet, so it was not stored") as refusal:
        new_config(request_)
    with pytest.raises(NotSupportedYet):
        replaced_config(new_config({}), request_)

    assert refusal.value.code == "InvalidParameterException"


HARMLESS = [
    {"LambdaConfig": {}},
    {"MfaConfiguration": "OFF"},
    {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}},
    {"UserPoolTier": "ESSENTIALS"},
    {"UserPoolTier": "PLUS"},
    {"DcrConfiguration": {"EnableStatus": "Disabled"}},
    {"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}},
    {"IssuerConfiguration": {"Type": "ORIGINAL"}},
    {"AcrConfiguration": {}},
    {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}},
    {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"}},
    {"SmsAuthenticationMessage": "Your authentication code is {####}. "},
    {"SmsConfiguration": SNS | {"ExternalId": "x", "SnsRegion": "eu-north-1"}},
]


@pytest.mark.parametrize("request_", HARMLESS)
def test_a_value_that_asks_for_nothing_is_let_through(request_):
    config = new_config(request_)

    assert {**new_config({}), **config} == config
    assert replaced_config(new_config({}), request_) == config


def test_mfa_without_a_way_to_send_messages_gets_the_answer_of_cognito():
    with pytest.raises(InvalidParameter, match="SMS configuration and Auto verification") as refusal:
        new_config({"MfaConfiguration": "ON"})

    assert not isinstance(refusal.value, NotSupportedYet)


def test_the_message_members_show_in_both_places_whichever_was_set():
    by_template = new_config({"VerificationMessageTemplate": {"SmsMessage": "S {####}", "EmailSubject": "E"}})
    by_member = new_config({"SmsVerificationMessage": "S {####}", "EmailVerificationSubject": "E"})

    assert by_template == by_member
    assert by_template["SmsVerificationMessage"] == "S {####}"
    assert by_template["VerificationMessageTemplate"] == {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "SmsMessage": "S {####}",
        "EmailSubject": "E",
    }


def test_the_two_places_of_a_message_may_agree_but_not_disagree():
    template = {"VerificationMessageTemplate": {"EmailMessage": "A {####}"}}

    assert new_config(template | {"EmailVerificationMessage": "A {####}"}) == new_config(template)
    with pytest.raises(InvalidParameter, match="are the same setting"):
        new_config(template | {"EmailVerificationMessage": "B {####}"})


@pytest.mark.parametrize("text", ["only {####}", "only {username}", "neither one"])
@pytest.mark.parametrize("member", ["SMSMessage", "EmailMessage"])
def test_an_invitation_without_its_placeholders_is_refused(member, text):
    with pytest.raises(InvalidParameter, match=rf"InviteMessageTemplate.{member} must contain"):
        new_config({"AdminCreateUserConfig": {"InviteMessageTemplate": {member: text}}})


def test_an_invitation_with_its_placeholders_is_kept():
    template = {"EmailMessage": "Hi {username}: {####}", "EmailSubject": "s"}

    config = new_config({"AdminCreateUserConfig": {"InviteMessageTemplate": template}})

    assert config["AdminCreateUserConfig"]["InviteMessageTemplate"] == template


BAD = [
    ({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}, "Only one of the aliasAttributes"),
    (
        {
            "AliasAttributes": ["preferred_username"],
            "Schema": [{"Name": "preferred_username", "Required": True}],
        },
        "preferred_username cannot be both",
    ),
    (
        {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
        "AutoVerifiedAttributes has not",
    ),
    ({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "needs a SourceArn"),
    ({"SmsConfiguration": {"ExternalId": "x"}}, "needs an SnsCallerArn"),
    (
        {
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Name": "admin_only", "Priority": 1},
                    {"Name": "verified_email", "Priority": 2},
                ]
            }
        },
        "admin_only cannot stand beside",
    ),
    (
        {
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Name": "verified_phone_number", "Priority": 1},
                    {"Name": "verified_email", "Priority": 1},
                ]
            }
        },
        "twice",
    ),
    (
        {
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Name": "verified_email", "Priority": 1},
                    {"Name": "verified_email", "Priority": 2},
                ]
            }
        },
        "twice",
    ),
]


SENDERS = [
    "a@example.com",
    "Anna <a@example.com>",
    '"Anna, the first" <a@example.com>',
    "Zoë <zoe@example.com>",
    "a.b+c@mail.example.com",
]


@pytest.mark.parametrize("sender", SENDERS)
def test_an_address_that_mail_can_have_is_kept_as_the_sender(sender):
    given = {"From": sender, "ReplyToEmailAddress": sender}

    assert given.items() <= new_config({"EmailConfiguration": given})["EmailConfiguration"].items()


@pytest.mark.parametrize("member", ["From", "ReplyToEmailAddress"])
@pytest.mark.parametrize(
    "sender",
    [
        "Anna",
        "@example.com",
        "a@",
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: eve@example.com",
        "Anna <a@example.com",
        "a@@example.com",
        "a" * 501 + "@example.com",
        "friends: a@example.com;",
        "(" * 500 + "a@example.com",
    ],
)
def test_a_sender_that_no_mail_could_have_is_refused(member, sender):
    with pytest.raises(InvalidParameter, match=f"EmailConfiguration.{member} must be one address"):
        new_config({"EmailConfiguration": {member: sender}})


@pytest.mark.parametrize(("request_", "text"), BAD)
def test_settings_that_contradict_themselves_are_refused(request_, text):
    with pytest.raises(InvalidParameter, match=text):
        new_config(request_)


GOOD = [
    {"AliasAttributes": ["email", "preferred_username"]},
    {"UsernameAttributes": ["email", "phone_number"]},
    {"UsernameConfiguration": {"CaseSensitive": False}},
    {"AutoVerifiedAttributes": ["email"]},
    {"DeletionProtection": "ACTIVE"},
    {
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": SES,
            "From": "A <a@example.com>",
        }
    },
    {"SmsConfiguration": SNS},
    {
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [
                {"Name": "verified_phone_number", "Priority": 2},
                {"Name": "verified_email", "Priority": 1},
            ]
        }
    },
    {"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}},
]


@pytest.mark.parametrize("request_", GOOD)
def test_settings_in_effect_are_kept_as_given(request_):
    assert request_.items() <= new_config(request_).items()


def test_keep_original_is_stored_for_attributes_that_are_verified_automatically():
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}

    config = new_config({"AutoVerifiedAttributes": ["email"], "UserAttributeUpdateSettings": settings})

    assert config["UserAttributeUpdateSettings"] == settings


def test_an_update_sets_what_it_leaves_out_to_its_default_and_keeps_what_never_changes():
    fixed = {
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "Schema": [{"Name": "plan", "AttributeDataType": "String"}],
        "DcrConfiguration": {"EnableStatus": "Disabled"},
    }
    old = new_config(
        fixed
        | _policy(MinimumLength=20)
        | {"DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"], "SmsConfiguration": SNS}
    )

    assert replaced_config(old, {}) == new_config(fixed)


def test_an_update_cannot_change_what_never_changes():
    old = new_config({"UsernameAttributes": ["email"]})

    config = replaced_config(old, {"UsernameAttributes": ["phone_number"], "AliasAttributes": ["email"]})

    assert config["UsernameAttributes"] == ["email"]
    assert "AliasAttributes" not in config


def test_every_refusal_is_an_answer_of_the_service():
    for request in [*REFUSED_FOR_NOW, *(request for request, _ in BAD)]:
        with pytest.raises(ApiError):
            pool_config.new_config(request)
