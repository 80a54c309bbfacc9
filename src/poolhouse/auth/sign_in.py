"""The state of one sign-in: what was asked, and what was proven. It travels sealed, never believed open."""

import msgspec

from poolhouse.auth.table import PROVES
from poolhouse.directory.assurance import NOT_ASKED
from poolhouse.directory.events import Risk
from poolhouse.ports import Instant


class SignIn(msgspec.Struct, frozen=True, array_like=True):
    """A sign-in under way.

    family_id    made when the sign-in begins; storing its tokens under it is what makes it good once
    step         of auth/table.py: what is to be answered next
    name         what was typed as user name
    sub          the user's, or the decoy's for a name without an owner
    proven       what the answers so far have proven (auth/table.py, PROVES)
    began_at     start of this step's life
    private      what the step needs and the client must not see (the SRP ephemeral, say)
    chosen       the step that was chosen and is not answered yet
    device       the device that the sign-in says it comes from, which its owner has confirmed
    device_key   the same, where it is remembered; only its own challenge proves it
    rounds       answers so far: with `family_id` it names a session that is good once (store/sessions.py)
    history      CUSTOM_AUTH: the `session` list of its triggers, as JSON
    validation   PreAuthentication's validationData, as JSON, until the function is asked (auth/admission.py)
    goal         the level that TARGET_ACR_VALUES asks for (directory/assurance.py)
    risk         what the assessment led to, without its reasons (auth/protection.py); None: there was none
    """

    pool_id: str
    client_id: str
    family_id: str
    flow: str
    step: str
    name: str
    sub: str
    proven: tuple[str, ...]
    began_at: Instant
    private: bytes = b""
    public: bytes = b""
    chosen: str = ""
    device_key: str = ""
    device: str = ""
    rounds: int = 0
    history: bytes = b""
    validation: bytes = b""
    goal: int = NOT_ASKED
    risk: Risk | None = None


def prove(sign_in: SignIn, step: str) -> SignIn:
    """The same sign-in, knowing what this step proves; a choice that led to it is answered."""
    return msgspec.structs.replace(sign_in, proven=(*sign_in.proven, PROVES[step]), chosen="")


def also(sign_in: SignIn, proof: str) -> SignIn:
    """The same sign-in, where an answer proved more than its step does by itself."""
    return msgspec.structs.replace(sign_in, proven=(*sign_in.proven, proof))


def choose(sign_in: SignIn, step: str, *, private: bytes = b"") -> SignIn:
    """The same sign-in, this step to be asked next. `private` is what its `issue` finds in the state."""
    return msgspec.structs.replace(sign_in, chosen=step, private=private)


def at_step(sign_in: SignIn, step: str, now: Instant, *, private: bytes = b"", public: bytes = b"") -> SignIn:
    """The state in which the answer to `step` is awaited."""
    rounds = sign_in.rounds + 1
    return msgspec.structs.replace(
        sign_in, step=step, began_at=now, private=private, public=public, rounds=rounds
    )
