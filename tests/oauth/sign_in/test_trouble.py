"""Every refusal of the house has words of the pages, in all languages: none is told in its own."""

from collections.abc import Iterator
from string import Formatter

import pytest

from poolhouse import errors
from poolhouse.errors import ApiError, UserLambdaValidation
from poolhouse.oauth.pages import language, words
from poolhouse.oauth.pages.words import Said
from poolhouse.oauth.sign_in import trouble
from poolhouse.oauth.sign_in.trouble import Trouble

NAMED = {errors.AccountWithAttributeExists: ("name",), UserLambdaValidation: ("trigger", "error")}


def kinds(kind: type[ApiError] = ApiError) -> Iterator[type[ApiError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


def made(kind: type[ApiError]) -> ApiError:
    places = NAMED.get(kind) or [name for _, name, _, _ in Formatter().parse(kind.message) if name]
    return kind(**dict.fromkeys(places, "of ours"))


def sentences(told: Trouble) -> list[Said]:
    alert = told.alert
    about_all = [said for said in (alert.said, alert.todo) if said] if alert else []
    return about_all + [said for listed in told.errors.values() for said in listed]


OURS = sorted({kind for kind in kinds() if kind is not UserLambdaValidation}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_no_refusal_is_told_in_english_elsewhere(lang: str):
    known = words.catalogue(lang).keys()

    told = {kind.__name__: sentences(trouble.told(made(kind), "email")) for kind in OURS}

    assert len(told) > 150
    assert [name for name, said in told.items() if not said] == []
    spoken = [(name, one) for name, said in told.items() for one in said]
    assert [name for name, one in spoken if one.verbatim or one.key not in known] == []


def test_what_a_function_of_the_pool_says_is_told_as_it_says_it():
    refused = UserLambdaValidation(trigger="PreSignUp", error="Only people of Orchard.")

    assert sentences(trouble.told(refused, "email")) == [Said(verbatim="Only people of Orchard.")]


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (errors.TemporaryPasswordExpired(), "temporary_password.old"),
        (errors.DailyEmailLimit(), "mail.none_today"),
        (errors.DailyEmailLimitReached(), "mail.none_today"),
        (errors.NoVerifiedContact(), "reset.not_here"),
        (errors.MfaMethodNotFound(name="SMS_MFA"), "no_such_way"),
        (errors.CannotBeConfirmed(status="CONFIRMED"), "done.already.lead"),
        (errors.UnauthorizedAttribute(), "details.unfit"),
        (errors.InvalidParameter("Invalid something."), "details.unfit"),
        (errors.ExpiredCode(), "code.old"),
        (errors.SoftwareTokenReplayed(), "app_code.wrong"),
        (errors.LimitExceeded(), "locked"),
        (errors.SignUpNotPermitted(), "not_possible"),
    ],
)
def test_the_words_say_what_to_do(error: ApiError, key: str):
    assert [said.key for said in sentences(trouble.told(error, "email"))] == [key]
