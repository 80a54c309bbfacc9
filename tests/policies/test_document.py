import json
import subprocess
import sys

import pytest
from tests.policies.policies import ask, document, statement

from poolhouse.policies.document import IDENTITY, LARGEST_TRUST, SESSION, TRUST, parse
from poolhouse.policies.evaluate import decide, request, trusts
from poolhouse.policies.principals import federated
from poolhouse.policies.reading import MalformedPolicy

COGNITO = "cognito-identity.amazonaws.com"


def trust(**members):
    given = {
        "Effect": "Allow",
        "Principal": {"Federated": COGNITO},
        "Action": "sts:AssumeRoleWithWebIdentity",
    } | members
    return {name: value for name, value in given.items() if value is not None}


def test_a_statement_may_stand_alone_and_a_list_may_be_one_text():
    alone = parse({"Version": "2012-10-17", "Statement": statement(Action=["s3:GetObject"])}, IDENTITY)

    assert ask(alone).allowed
    assert not ask(alone, "s3:PutObject").allowed


def test_a_policy_is_read_from_json_as_well():
    assert ask(parse(json.dumps(document(statement()), indent=4), IDENTITY)).allowed


# What is refused, the sentence, and almost the same that is taken.
ROWS = [
    ("Statement missing", {"Version": "2012-10-17"}, "at least one statement", document(statement())),
    ("no statements", document(), "at least one statement", document(statement())),
    (
        "a statement that is a text",
        document("x"),
        "Statement 1: Each statement .* object",
        document(statement()),
    ),
    (
        "an unknown member",
        document(statement()) | {"Statements": []},
        "A policy cannot have the member Statements",
        document(statement()) | {"Id": "mine"},
    ),
    (
        "an unknown member of a statement",
        document(statement(), statement(Actions="*")),
        "Statement 2: A statement cannot have the member Actions",
        document(statement(), statement(Sid="Two")),
    ),
    (
        "members in another case",
        document({"effect": "Allow", "Action": "*", "Resource": "*"}),
        "cannot have the member effect",
        document(statement()),
    ),
    ("a Version of today", document(statement(), version="2026-01-01"), "The Version", document(statement())),
    (
        "an Id that is a number",
        document(statement()) | {"Id": 7},
        "The Id",
        document(statement()) | {"Id": "7"},
    ),
    ("an Effect in lower case", document(statement("allow")), "The Effect", document(statement("Allow"))),
    ("no Effect", document({"Action": "*", "Resource": "*"}), "The Effect", document(statement())),
    (
        "Action and NotAction",
        document(statement(NotAction="s3:*")),
        "either Action or NotAction",
        document(statement(Action=None, NotAction="s3:*")),
    ),
    ("no action", document(statement(Action=None)), "either Action or NotAction", document(statement())),
    ("no actions", document(statement(Action=[])), "Action must be a text or a list", document(statement())),
    (
        "an action of no service",
        document(statement(Action="GetObject")),
        "must be \\* or a service",
        document(statement(Action="s3:GetObject")),
    ),
    (
        "an action beyond ASCII",
        document(statement(Action="s3:Gét")),
        "must be \\* or a service",
        document(statement(Action="s3:Get")),
    ),
    (
        "an action that is a number",
        document(statement(Action=7)),
        "Action must be a text",
        document(statement(Action="s3:7")),
    ),
    (
        "Resource and NotResource",
        document(statement(NotResource="*")),
        "either Resource or NotResource",
        document(statement(Resource=None, NotResource="arn:aws:s3:::a")),
    ),
    (
        "an ARN with five parts",
        document(statement(Resource="arn:aws:s3::bucket")),
        "must be \\* or an ARN with six parts",
        document(statement(Resource="arn:aws:s3:::bucket")),
    ),
    (
        "a path for an ARN",
        document(statement(Resource="bucket/*")),
        "must be \\* or an ARN with six parts",
        document(statement(Resource="arn:aws:s3:::bucket/*")),
    ),
    (
        "a variable for an account",
        document(statement(Resource="arn:aws:s3::${aws:PrincipalAccount}:x")),
        "a variable before its sixth part",
        document(statement(Resource="arn:aws:s3:::${aws:PrincipalAccount}")),
    ),
    (
        "a variable that does not end",
        document(statement(Resource="arn:aws:s3:::${aws:username")),
        "The variable at '\\${aws:username' is not written as",
        document(statement(Resource="arn:aws:s3:::${aws:username}")),
    ),
    (
        "a variable without a name",
        document(statement(Resource="arn:aws:s3:::${}")),
        "is not written as",
        document(statement(Resource="arn:aws:s3:::${$}")),
    ),
    (
        "a variable with a blank in its name",
        document(statement(Resource="arn:aws:s3:::${aws: username}")),
        "is not written as",
        document(statement(Resource="arn:aws:s3:::${aws:username, 'a b'}")),
    ),
    (
        "a default without quotation marks",
        document(statement(Resource="arn:aws:s3:::${aws:username, nobody}")),
        "is not written as",
        document(statement(Resource="arn:aws:s3:::${aws:username, 'nobody'}")),
    ),
    (
        "two statements of one name",
        document(statement(Sid="A1"), statement(Sid="A1")),
        "Statement 2: The Sid A1 is another",
        document(statement(Sid="A1"), statement(Sid="a1"), statement(), statement()),
    ),
    (
        "a Sid of words",
        document(statement(Sid="Read own")),
        "of the letters",
        document(statement(Sid="ReadOwn")),
    ),
    ("a Sid that is a number", document(statement(Sid=1)), "of the letters", document(statement(Sid="1"))),
    (
        "a principal",
        document(statement(Principal="*")),
        "cannot have the member Principal: only a trust policy can",
        document(statement()),
    ),
    (
        "NotPrincipal",
        document(statement(NotPrincipal="*")),
        "cannot have the member NotPrincipal",
        document(statement()),
    ),
]


@pytest.mark.parametrize(("bad", "sentence", "good"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_document_that_is_no_policy_is_refused_with_one_sentence(bad, sentence, good):
    with pytest.raises(MalformedPolicy, match=sentence) as refused:
        parse(bad, IDENTITY)
    assert str(refused.value).count("\n") == 0
    assert parse(good, IDENTITY).size > 0


GOOD = json.dumps(document(statement()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not JSON: Expecting value at line 1, column 1"),
        (GOOD + "x", "is not JSON: Extra data"),
        ("\ufeff" + GOOD, "is not JSON"),
        ("[]", "must be a JSON object"),
        ('"Allow"', "must be a JSON object"),
        (GOOD.replace('"Effect"', '"Effect": "Deny", "Effect"'), "has the member Effect twice"),
        (GOOD.replace('"*"', "NaN", 1), "has NaN in it"),
        (GOOD.replace('"*"', "-Infinity", 1), "has -Infinity in it"),
        ('{"Statement": ' + "[" * 60_000 + "]" * 60_000 + "}", "nested too deep"),
        (GOOD.replace('"Allow"', '"\\ud800"'), "half of a surrogate pair"),
        (GOOD.replace('"Allow"', '"\ud800"'), "half of a surrogate pair"),
        (GOOD + " " * 131_072, "must not be longer than 131072 characters"),
        (GOOD.replace('"Allow"', '"Al\nlow"'), "is not JSON: Invalid control character"),
        (GOOD.replace('"Allow"', "1" * 5000), "The Effect of a statement"),
    ],
)
def test_what_is_not_strict_json_is_refused(text, sentence):
    with pytest.raises(MalformedPolicy, match=sentence):
        parse(text, IDENTITY)
    assert parse(f"\n\t{GOOD}  ", IDENTITY).size == len(GOOD.replace(" ", ""))


def test_what_json_cannot_say_is_refused():
    for bad in (document(statement(Sid={1, 2})), document(statement(Action=float("nan")))):
        with pytest.raises(MalformedPolicy):
            parse(bad, IDENTITY)


@pytest.mark.parametrize(("kind", "limit"), [(IDENTITY, 10_240), (SESSION, 2_048)])
def test_sizes_are_counted_without_white_space(kind, limit):
    def sized(characters):
        """The document with lots of white space, and as many characters without it."""
        rest = characters - len(json.dumps(document(statement(Sid="")), separators=(",", ":")))
        return json.dumps(document(statement(Sid="S" * rest)), indent=8)

    assert parse(sized(limit), kind).size == limit
    with pytest.raises(MalformedPolicy, match=f"longer than {limit} characters .* this one has {limit + 1}"):
        parse(sized(limit + 1), kind)


def test_the_limit_of_trust_policies_may_be_raised():
    long = document(trust(Sid="S" * 2500))

    with pytest.raises(MalformedPolicy, match="The role trust policy must not be longer than 2048"):
        parse(long, TRUST)
    assert parse(long, TRUST, limit=LARGEST_TRUST).size > 2500


TRUST_ROWS = [
    (trust(Resource="*"), "A trust policy cannot have Resource"),
    (trust(NotResource="*"), "A trust policy cannot have NotResource"),
    (trust(Principal=None), "must have Principal"),
    (trust(Principal=None, NotPrincipal={"AWS": "000000000000"}), "cannot have NotPrincipal"),
    (trust(Action="s3:GetObject"), "is not one of sts"),
    (trust(Action="*"), "is not one of sts"),
    (trust(Principal="arn:aws:iam::000000000000:root"), "Principal must be \\* or an object"),
    (trust(Principal={}), "Principal must be \\* or an object"),
    (trust(Principal={"Everyone": "*"}), "Principal cannot have the member Everyone"),
    (trust(Principal={"CanonicalUser": "79a5"}), "Principal cannot have the member CanonicalUser"),
    (trust(Principal={"Federated": "*"}), "must be a provider without wildcards"),
    (trust(Principal={"Federated": "*.amazonaws.com"}), "must be a provider without wildcards"),
    (trust(Principal={"Federated": []}), "Federated must be a text or a list"),
    (trust(Principal={"Service": "*"}), "must be a name such as"),
    (trust(Principal={"AWS": "arn:aws:iam::000000000000:user/*"}), "the whole ARN"),
    (trust(Principal={"AWS": "arn:aws:s3:::bucket"}), "the whole ARN"),
    (trust(Principal={"AWS": "12345"}), "an account id"),
]


@pytest.mark.parametrize(("bad", "sentence"), TRUST_ROWS)
def test_a_trust_policy_says_who_and_not_on_what(bad, sentence):
    with pytest.raises(MalformedPolicy, match=sentence):
        parse(document(bad), TRUST)

    good = parse(document(trust()), TRUST)

    assert trusts(request("sts:AssumeRoleWithWebIdentity", caller=federated(COGNITO)), good).allowed


def test_a_trust_policy_is_not_asked_what_may_be_done_nor_another_who_may_assume():
    trusting, doing = parse(document(trust()), TRUST), parse(document(statement()), IDENTITY)
    asked = request("sts:AssumeRoleWithWebIdentity", caller=federated(COGNITO))

    for wrong in (
        lambda: decide(asked, [trusting]),
        lambda: decide(asked, [doing], [trusting]),
        lambda: trusts(asked, doing),
    ):
        with pytest.raises(ValueError, match="A trust policy says who"):
            wrong()
    assert trusts(asked, trusting).allowed
    assert decide(asked, [doing]).allowed


def test_the_engine_needs_nothing_of_the_server():
    script = (
        "import sys, poolhouse.policies.evaluate\n"
        "loaded = [name for name in sys.modules if name.startswith('poolhouse')]\n"
        "print([name for name in loaded if not name.startswith('poolhouse.policies')])\n"
        "print('msgspec' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "['poolhouse']\nFalse\n"
