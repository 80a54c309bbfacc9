"""DEVICE_PASSWORD_VERIFIER: the proof that the device knows the password it was confirmed with (2.2)."""

from msgspec.structs import replace

from poolhouse.auth import devices, srp_exchange
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.ledger import counted
from poolhouse.auth.sign_in import SignIn, prove
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import DeviceNotFound, IncorrectLogin

NEEDS = ("DEVICE_KEY", *srp_exchange.NEEDS)


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """The challenge for SRP_A of the device, which led here."""
    device = await devices.asked_for(ctx, sign_in)
    asked = srp_exchange.ask(ctx, sign_in, "DEVICE_PASSWORD_VERIFIER", devices.opened(ctx, device))
    names = {"USERNAME": person.srp_id, "DEVICE_KEY": device.device_key}
    return replace(asked, parameters={**asked.parameters, **names})


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """The try is counted before anything is compared; a wrong proof raises `IncorrectLogin`."""
    if answer["DEVICE_KEY"] != sign_in.device_key:
        raise DeviceNotFound
    device = await devices.asked_for(ctx, sign_in)
    await counted(ctx, person.sub)
    group, identity = device.group_key, device.device_key
    if not srp_exchange.proves(ctx, sign_in, answer, devices.opened(ctx, device), group, identity):
        raise IncorrectLogin
    return prove(sign_in, "DEVICE_PASSWORD_VERIFIER"), person
