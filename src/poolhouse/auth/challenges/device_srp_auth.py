"""DEVICE_SRP_AUTH: a remembered device is asked for its half of SRP, in place of a second factor (2.2)."""

from poolhouse.auth import devices, seal, who
from poolhouse.auth.challenges.asked import Asked
from poolhouse.auth.sign_in import SignIn, at_step, choose
from poolhouse.auth.who import Person
from poolhouse.context import Ctx
from poolhouse.errors import DeviceNotFound, MissingParameter
from poolhouse.ports import Tx
from poolhouse.store import devices as stored

NEEDS = ("DEVICE_KEY", "SRP_A")


async def issue(ctx: Ctx, sign_in: SignIn, person: Person) -> Asked:
    """Plain SRP knows no Session (gotcha 3), so there the sign-in waits with the device as well."""
    device = await devices.asked_for(ctx, sign_in)
    asked = Asked(
        {"USERNAME": person.srp_id, "DEVICE_KEY": device.device_key},  # [K]
        public=ctx.address.encode(),
    )
    if sign_in.flow == "USER_SRP_AUTH":
        waiting = seal.seal(ctx, at_step(sign_in, "DEVICE_SRP_AUTH", ctx.now, public=asked.public))

        async def wait(tx: Tx) -> None:
            await stored.wait(tx, device.pool_id, device.sub, device.device_key, waiting)

        await ctx.env.db.run_singly(wait, durable=False)
    return asked


async def waiting_session(ctx: Ctx, answer: dict[str, str]) -> str:
    """The Session for an answer that came without, as pycognito and older SDKs send it [E].

    Its password step was answered from the same address and named this device. Raises `MissingParameter`
    where nothing waits.
    """
    person = await who.by_name(ctx, answer["USERNAME"])
    device = await devices.find(ctx, person.sub, answer["DEVICE_KEY"])
    if device is None or not device.session:
        raise MissingParameter(name="Session")
    waiting = seal.open_sealed(ctx, device.session, "DEVICE_SRP_AUTH")
    if waiting.public != ctx.address.encode():
        raise MissingParameter(name="Session")
    return device.session


async def check(ctx: Ctx, sign_in: SignIn, person: Person, answer: dict[str, str]) -> tuple[SignIn, Person]:
    """Proves nothing, and nothing is compared but the key, which is no secret."""
    if answer["DEVICE_KEY"] != sign_in.device_key:
        raise DeviceNotFound
    return choose(sign_in, "DEVICE_PASSWORD_VERIFIER", private=answer["SRP_A"].encode()), person
