"""What a challenge gives to the engine: a question, or an answer that was right.

Every challenge is a module of this folder with

    NEEDS   names of ChallengeResponses that the answer must have, beside USERNAME
    async def issue(ctx, sign_in, person) -> Asked
    async def check(ctx, sign_in, person, answer) -> tuple[SignIn, Person]

`issue` finds in `sign_in.private` what led to it (`sign_in.choose`). `check` counts the try in the
ledger before it compares anything, raises an `ApiError` for a wrong answer, and gives the sign-in with
what it proves, and the person as they are now (another than before where the answer changed the user).
"""

from collections.abc import Mapping

from msgspec import Struct, field


class Asked(Struct, frozen=True):
    """A challenge on its way out.

    parameters  `ChallengeParameters`
    private     kept in the sealed state until the answer comes
    public      the same, for what the client has seen
    session     False: the state is in the parameters already, and the response has no `Session`
    members     further members of the response, such as `AvailableChallenges`
    """

    parameters: Mapping[str, str]
    private: bytes = b""
    public: bytes = b""
    session: bool = True
    members: Mapping[str, object] = field(default_factory=dict)
