"""Multi-factor authentication of a pool (behaviour file, 1.7, 1.10 and 2.5). Pure.

CreateUserPool and UpdateUserPool know of SMS alone; SetUserPoolMfaConfig sets everything, and replaces it:
a factor that it does not name is off. Which factors are on is kept beside their settings, because
SmsConfiguration sends verification codes too, and EmailMfaConfiguration has the words of first factors.
"""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory import message_settings, passkeys, unsupported_settings
from poolhouse.directory.factors import EMAIL, SMS, TOTP
from poolhouse.directory.pools import EMAIL_MFA, MFA_FACTORS, WEB_AUTHN
from poolhouse.errors import (
    EmailMfaNeedsSender,
    EmailMfaSubjectTooLong,
    MfaModeMissing,
    MfaNeedsSms,
    MfaOffWithFactor,
    MfaWithoutFactor,
    SmsMfaWithoutSender,
)

Config = dict[str, Any]
Members = Mapping[str, Any]

MODE = "MfaConfiguration"
LONGEST_SUBJECT = 140  # characters (8.2); the one subject whose length the model does not say
_SMS_TEXT = "SmsAuthenticationMessage"
_OF_FACTORS = {MODE, "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", EMAIL_MFA}


def of_new_pool(request: Members) -> Config:
    """The members for CreateUserPool, which can only turn on SMS. Raises `MfaNeedsSms`."""
    mode = request.get(MODE, "OFF")
    if mode == "OFF":
        return {MODE: mode}
    if not request.get("SmsConfiguration"):
        raise MfaNeedsSms
    return {MODE: mode, MFA_FACTORS: [SMS]}


def of_changed_pool(old: Members, request: Members) -> Config:
    """The members for UpdateUserPool. Left out, MfaConfiguration is OFF (gotcha 6).

    Factors that the operation cannot name stay as they are [K]; SMS goes with its SmsConfiguration.
    Raises `MfaNeedsSms`, `EmailMfaNeedsSender`.
    """
    config: Config = {member: old[member] for member in (EMAIL_MFA, WEB_AUTHN) if member in old}
    mode = request.get(MODE, "OFF")
    if mode == "OFF":
        return config | {MODE: mode}
    sms = bool(request.get("SmsConfiguration"))
    factors = [factor for factor in old.get(MFA_FACTORS, (SMS,)) if factor != SMS or sms]
    if not factors:
        raise MfaNeedsSms
    if EMAIL in factors:
        _check_sender(request)
    return config | {MODE: mode, MFA_FACTORS: factors}


def replaced(old: Members, request: Members) -> Config:
    """The configuration after SetUserPoolMfaConfig. WebAuthnConfiguration alone leaves the factors [K].

    Raises `MfaModeMissing`, `MfaWithoutFactor`, `SmsMfaWithoutSender`, `MfaOffWithFactor`,
    `EmailMfaNeedsSender`, `EmailMfaSubjectTooLong`, `NotSupportedYet`, or what passkeys are refused with.
    """
    unsupported_settings.check_mfa_config(request)
    own = {}
    if WEB_AUTHN in request:
        own = {WEB_AUTHN: passkeys.checked(request[WEB_AUTHN])}
        if not _OF_FACTORS & request.keys():
            return {**old, **own}
    return _with_factors(old, request) | own


def _with_factors(old: Members, request: Members) -> Config:
    config = {name: value for name, value in old.items() if name not in (MFA_FACTORS, EMAIL_MFA)}
    mode = request.get(MODE)
    if mode is None:
        raise MfaModeMissing
    factors = _named(request)
    if mode == "OFF" and TOTP in factors:
        raise MfaOffWithFactor
    if mode != "OFF" and not factors:
        raise MfaWithoutFactor
    config |= _messages(config, request) | {MODE: mode}
    if mode != "OFF":
        if EMAIL in factors:
            _check_sender(old)
        config[MFA_FACTORS] = factors
    return config


def _named(request: Members) -> list[str]:
    named = {
        SMS: "SmsMfaConfiguration" in request,
        TOTP: request.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False),
        EMAIL: EMAIL_MFA in request,
    }
    return [factor for factor, on in named.items() if on]


def _messages(old: Members, request: Members) -> Config:
    """How codes are sent and worded; with MFA off they still serve as first factors."""
    config: Config = {}
    sms = request.get("SmsMfaConfiguration")
    if sms is not None:
        if not sms.get("SmsConfiguration"):
            raise SmsMfaWithoutSender
        message_settings.check_sms(sms["SmsConfiguration"])
        config["SmsConfiguration"] = sms["SmsConfiguration"]
        config[_SMS_TEXT] = sms.get(_SMS_TEXT) or old.get(_SMS_TEXT)
    if EMAIL_MFA in request:
        if len(request[EMAIL_MFA].get("Subject", "")) > LONGEST_SUBJECT:
            raise EmailMfaSubjectTooLong(most=LONGEST_SUBJECT)
        config[EMAIL_MFA] = request[EMAIL_MFA]
    return {name: value for name, value in config.items() if value is not None}


def _check_sender(config: Members) -> None:
    """[K]: Cognito sends codes by e-mail only through the owner's SES."""
    if config.get("EmailConfiguration", {}).get("EmailSendingAccount") != "DEVELOPER":
        raise EmailMfaNeedsSender


def shown(config: Members) -> Config:
    """GetUserPoolMfaConfigResponse. What is off is left out [K]."""
    on = config.get(MFA_FACTORS, ())
    found: Config = {MODE: config.get(MODE, "OFF")}
    if SMS in on:
        members = (_SMS_TEXT, "SmsConfiguration")
        found["SmsMfaConfiguration"] = {name: config[name] for name in members if name in config}
    if TOTP in on:
        found["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    return found | {name: config[name] for name in (EMAIL_MFA, WEB_AUTHN) if name in config}
