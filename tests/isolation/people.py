"""The users of a tenant, what they hold, and the sign-ins that are under way."""

import json

from tests import passkeys
from tests.authenticator import Authenticator
from tests.browser import new_browser
from tests.contexts import context
from tests.idp import authenticator
from tests.isolation.tenant import TEMPORARY, Tenant, person, sub_of, tokens_of
from tests.refusals import choice, device_steps
from tests.refusals.scene import PASSWORD

from poolhouse.delivery import feedback_tokens
from poolhouse.store import events


async def settled(tenant: Tenant) -> None:
    """Who is there, with devices, passkeys, an authenticator app and linked identities. Time goes by."""
    s = tenant.scene
    await device_steps.two_confirmed(s)
    await device_steps.with_second_factor(s)
    only = await person(tenant, "only")
    only_sub, email = await sub_of(tenant, only), f"only@{tenant.letter}.example"
    tenant.know(
        user=[s.sub, only, only_sub, email],
        login=[only, email, only_sub],
        device=s.got["browser"].key,
        new_name=[tenant.name("new"), only],
    )
    for group in ("staff", "guests"):
        await s.admin("AdminAddUserToGroup", Username="ada", GroupName=tenant.name(group))
    await _linked(tenant)
    await _with_passkeys(tenant)


async def _linked(tenant: Tenant) -> None:
    source = {"ProviderName": tenant.name("corp"), "ProviderAttributeName": "Cognito_Subject"}
    native = {"ProviderName": "Cognito", "ProviderAttributeValue": tenant.name("only")}
    given = {"SourceUser": source | {"ProviderAttributeValue": tenant.name("subject")}}
    await tenant.scene.admin("AdminLinkProviderForUser", DestinationUser=native, **given)
    tenant.know(subject=tenant.name("subject"), new_subject=[tenant.name("109"), tenant.name("subject")])


async def _with_passkeys(tenant: Tenant) -> None:
    """Pia has two, and lets the first sign her in."""
    await person(tenant, "pia")
    access, origin = (await tokens_of(tenant, "pia"))["AccessToken"], f"https://id.{tenant.letter}.example"
    first = await passkeys.register(tenant.scene.world, access, origin=origin)
    await passkeys.register(tenant.scene.world, access, origin=origin)
    tenant.scene.got["pia"] = first
    tenant.know(pia_access=access, passkey=first.id, pia=tenant.name("pia"))


async def busy(tenant: Tenant) -> None:
    """Tokens, codes, and sessions of everything that is under way now."""
    for part in (_tokens, _sign_ups, _recoveries, _new_passwords, _apps, _choices, _devices, _set_ups):
        await part(tenant)
    await _events(tenant)


async def _tokens(tenant: Tenant) -> None:
    s = tenant.scene
    first, second = await tokens_of(tenant, "only"), await tokens_of(tenant, "only")
    listed = await s.token("ListUserSessions", first["AccessToken"])
    other = next(one for one in listed["Sessions"] if not one["IsCurrentSession"])
    await s.admin("AdminAddUserToGroup", Username=tenant.name("only"), GroupName=tenant.name("staff"))
    await s.token("GetUserAttributeVerificationCode", first["AccessToken"], AttributeName="email")
    tenant.know(
        access=first["AccessToken"],
        id_token=first["IdToken"],
        refresh=second["RefreshToken"],
        device_access=s.got["tokens"]["AccessToken"],
        device_refresh=s.got["tokens"]["RefreshToken"],
        user_session=other["SessionId"],
        new_device=new_browser(first).key,
        new_verifier=dict(new_browser(first).verifier),
        attribute_code=await s.code(),
    )
    hashed = await s.tokens(tenant.name("only"), app=s.got["hashed"])
    await s.token("ConfirmDevice", hashed["AccessToken"], **new_browser(hashed).confirmation())
    tenant.know(secret_refresh=hashed["RefreshToken"], secret_device=hashed["NewDeviceMetadata"]["DeviceKey"])
    started = await s.token("StartWebAuthnRegistration", tenant.first("pia_access"))
    made = Authenticator().create(started["CredentialCreationOptions"], _origin(tenant))
    tenant.know(new_passkey=made)


def _origin(tenant: Tenant) -> str:
    return f"https://id.{tenant.letter}.example"


async def _sign_ups(tenant: Tenant) -> None:
    """Eve has a code, and Fay has used hers and may sign in with the session that she got."""
    s = tenant.scene
    begun = await s.signed_up(tenant.name("eve"))
    tenant.know(eve=tenant.name("eve"), eve_code=await s.code(), eve_session=begun["Session"])
    begun = await s.signed_up(tenant.name("fay"))
    given = {"Username": tenant.name("fay"), "ConfirmationCode": await s.code()}
    confirmed = await s.public("ConfirmSignUp", Session=begun["Session"], **given)
    tenant.know(fay=tenant.name("fay"), fay_session=confirmed["Session"])


async def _recoveries(tenant: Tenant) -> None:
    await person(tenant, "dora")
    await tenant.scene.public("ForgotPassword", Username=tenant.name("dora"))
    tenant.know(dora=tenant.name("dora"), dora_code=await tenant.scene.code())


async def _new_passwords(tenant: Tenant) -> None:
    s, name = tenant.scene, tenant.name("kim")
    await s.admin("AdminCreateUser", Username=name, TemporaryPassword=TEMPORARY, MessageAction="SUPPRESS")
    asked = await s.sign_in(name, TEMPORARY)
    tenant.know(kim=name, kim_session=asked["Session"])


async def _apps(tenant: Tenant) -> None:
    """Ada is asked for the code of her app, and Pia sets one up."""
    s = tenant.scene
    asked = await s.sign_in("ada", PASSWORD)
    tenant.know(app_session=asked["Session"], app_code=authenticator.code(s.world, s.got["secret"]))
    begun = await s.token("AssociateSoftwareToken", tenant.first("pia_access"))
    tenant.know(pia_code=authenticator.code(s.world, begun["SecretCode"]))


async def _choices(tenant: Tenant) -> None:
    """Pia is asked how she wants to sign in, for the code in a mail, and for her passkey."""
    s, name = tenant.scene, tenant.name("pia")
    select = await choice.begin(s, "", name)
    mail = await choice.begin(s, "EMAIL_OTP", name)
    code = await s.code()
    passkey = await choice.begin(s, "WEB_AUTHN", name)
    shown = s.got["pia"].get(passkeys.options(passkey), _origin(tenant))
    srp = await s.srp_challenge(tenant.name("only"))
    tenant.know(
        select_session=select["Session"],
        mail_session=mail["Session"],
        mail_code=code,
        passkey_session=passkey["Session"],
        assertion=json.dumps(shown),
        secret_block=srp["PASSWORD_CLAIM_SECRET_BLOCK"],
        srp_name=srp["USERNAME"],
        signature=srp["PASSWORD_CLAIM_SIGNATURE"],
        timestamp=srp["TIMESTAMP"],
    )


async def _devices(tenant: Tenant) -> None:
    """Ada's browser is asked to prove itself, twice."""
    s = tenant.scene
    await device_steps.begun(s)
    tenant.know(device_session=s.got["session"])
    await device_steps.begun(s)
    await device_steps.asked_for_proof(s)
    proof = s.got["proof"]
    tenant.know(
        ada="ada",
        device_name=proof["USERNAME"],
        device_block=proof["PASSWORD_CLAIM_SECRET_BLOCK"],
        device_signature=proof["PASSWORD_CLAIM_SIGNATURE"],
        device_timestamp=proof["TIMESTAMP"],
    )


async def _events(tenant: Tenant) -> None:
    """What threat protection knows of Only, and what a mail about it would have in its links."""
    env, name = tenant.scene.world.env, tenant.name("only")
    listed = await tenant.scene.admin("AdminListUserAuthEvents", Username=name)
    event_id = listed["AuthEvents"][0]["EventId"]
    ctx = await context(env, tenant.scene.pool)
    sub = await sub_of(tenant, name)
    kept = await env.db.read(lambda tx: events.get(tx, tenant.scene.pool, sub, event_id))
    assert kept is not None
    token = feedback_tokens.seal(ctx, sub, event_id)
    tenant.know(event=event_id, feedback_token=token, explained=kept.request_id)


async def _set_ups(tenant: Tenant) -> None:
    """Where the pool demands a second factor, Gus must set one up before he is let in."""
    s, name = tenant.scene, await person(tenant, "gus")
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="ON", **authenticator.TOTP_ON)
    first, second = await s.sign_in(name), await s.sign_in(name)
    made = await s.call("AssociateSoftwareToken", Session=second["Session"])
    await s.admin("SetUserPoolMfaConfig", MfaConfiguration="OPTIONAL", **authenticator.TOTP_ON)
    code = authenticator.code(s.world, made["SecretCode"])
    tenant.know(set_up_session=first["Session"], verify_session=made["Session"], set_up_code=code)
