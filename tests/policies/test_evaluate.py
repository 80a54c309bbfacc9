import pytest
from tests.policies.policies import ask, document, policy, statement

from poolhouse.policies.document import SESSION, TRUST, parse
from poolhouse.policies.evaluate import Verdict, request, trusts
from poolhouse.policies.principals import NOBODY, aws, federated, service

READ = statement(Sid="Read", Action="s3:Get*")
NO_SECRETS = statement("Deny", Sid="NoSecrets", Resource="arn:aws:s3:::bucket/secret*")


def test_what_no_statement_allows_is_denied_and_the_answer_says_so():
    answer = ask(policy(READ, name="reader"), "s3:PutObject")

    assert (answer.verdict, answer.allowed) == (Verdict.DENIED_IMPLICITLY, False)
    assert answer.because == "because no identity-based policy allows the s3:PutObject action"
    assert answer.decided_by == "no statement of any identity-based policy"


def test_what_is_allowed_says_by_which_statement():
    answer = ask([policy(statement(Action="s3:List*"), name="lister"), policy(READ, name="reader")])

    assert (answer.policy, answer.statement) == ("reader", "Read")
    assert answer.decided_by == "statement Read of reader"
    with pytest.raises(ValueError, match="It is allowed"):
        _ = answer.because


@pytest.mark.parametrize("order", [1, -1])
def test_a_deny_wins_wherever_it_stands(order):
    together = policy(*(READ, NO_SECRETS)[::order], name="both")
    apart = [policy(READ, name="reader"), policy(NO_SECRETS, name="guard")][::order]

    for policies, name in ((together, "both"), (apart, "guard")):
        answer = ask(policies, resource="arn:aws:s3:::bucket/secret.txt")
        assert answer.verdict is Verdict.DENIED_EXPLICITLY
        assert answer.because == "with an explicit deny in an identity-based policy"
        assert answer.decided_by == f"statement NoSecrets of {name}"
        assert ask(policies, resource="arn:aws:s3:::bucket/open.txt").allowed


def test_a_statement_without_a_sid_is_named_by_its_number():
    answer = ask(policy(statement(Action="s3:List*"), statement(Sid=""), statement()))

    assert answer.decided_by == "statement 2 of the identity-based policy"


def test_several_policies_of_a_role_add_up():
    both = [policy(READ), policy(statement(Action="s3:PutObject"))]

    assert ask(both, "s3:GetObject").allowed
    assert ask(both, "s3:PutObject").allowed
    assert not ask(both, "s3:DeleteObject").allowed
    assert not ask([], "s3:GetObject").allowed


SESSION_ROWS = [
    (READ, READ, Verdict.ALLOWED, None),
    (
        READ,
        statement(Action="s3:PutObject"),
        Verdict.DENIED_IMPLICITLY,
        "because no session policy allows the s3:GetObject action",
    ),
    (
        statement(Action="s3:PutObject"),
        statement(),
        Verdict.DENIED_IMPLICITLY,
        "because no identity-based policy allows the s3:GetObject action",
    ),
    (statement(), statement("Deny"), Verdict.DENIED_EXPLICITLY, "with an explicit deny in a session policy"),
    (
        statement("Deny"),
        statement(),
        Verdict.DENIED_EXPLICITLY,
        "with an explicit deny in an identity-based policy",
    ),
    (
        statement(Action="s3:PutObject"),
        statement("Deny"),
        Verdict.DENIED_EXPLICITLY,
        "with an explicit deny in a session policy",
    ),
]


@pytest.mark.parametrize(("identity", "session", "verdict", "because"), SESSION_ROWS)
def test_a_session_may_do_what_both_its_own_and_its_roles_policies_allow(identity, session, verdict, because):
    answer = ask(policy(identity), session=[policy(session, kind=SESSION)])

    assert answer.verdict is verdict
    assert because is None or answer.because == because


def test_session_policies_add_up_among_themselves_and_none_is_no_limit():
    two = [policy(READ, kind=SESSION), policy(statement(Action="s3:Put*"), kind=SESSION)]

    assert ask(policy(statement()), "s3:PutObject", session=two).allowed
    assert not ask(policy(statement()), "s3:DeleteObject", session=two).allowed
    assert ask(policy(statement()), "s3:DeleteObject", session=[]).allowed


def trust(*principals, action="sts:AssumeRole", effect="Allow"):
    statements = [{"Effect": effect, "Principal": each, "Action": action} for each in principals]
    return parse(document(*statements), TRUST, "trust")


USER = "arn:aws:iam::111122223333:user/ada"
ROLE = "arn:aws:iam::111122223333:role/work"
SESSION_ARN = "arn:aws:sts::111122223333:assumed-role/work/today"

ADA = aws(USER, "AIDAEXAMPLEEXAMPLE01")
WORKING = aws(SESSION_ARN, ROLE)
COGNITO = federated("cognito-identity.amazonaws.com")
GOOGLE = federated("accounts.google.com")
LAMBDA = service("lambda.amazonaws.com")
OTHER = aws("arn:aws:iam::999999999999:user/ada")

TRUST_ROWS = [
    ("*", [ADA, WORKING, COGNITO, OTHER, NOBODY], []),
    ({"AWS": "*"}, [ADA, OTHER, COGNITO], []),  # the guide calls the two equivalent
    ({"AWS": "111122223333"}, [ADA, WORKING], [OTHER, COGNITO, NOBODY]),
    ({"AWS": "arn:aws:iam::111122223333:root"}, [ADA, WORKING], [OTHER]),
    ({"AWS": USER}, [ADA], [WORKING, OTHER]),
    ({"AWS": ["999999999999", USER]}, [ADA, OTHER], [WORKING]),
    ({"AWS": ROLE}, [WORKING], [ADA]),
    ({"AWS": SESSION_ARN}, [WORKING], [aws(f"{SESSION_ARN}-not", ROLE)]),
    ({"AWS": "AIDAEXAMPLEEXAMPLE01"}, [ADA], [WORKING]),
    ({"AWS": USER.replace("ada", "Ada")}, [aws(USER.replace("ada", "Ada"))], [ADA]),
    ({"Federated": "cognito-identity.amazonaws.com"}, [COGNITO], [ADA, federated("graph.facebook.com")]),
    ({"Federated": ["graph.facebook.com", "accounts.google.com"]}, [GOOGLE], [COGNITO]),
    ({"Service": "lambda.amazonaws.com"}, [LAMBDA], [federated("lambda.amazonaws.com")]),
    ({"AWS": USER, "Federated": "cognito-identity.amazonaws.com"}, [ADA, COGNITO], [OTHER]),
]


@pytest.mark.parametrize(("principal", "good", "bad"), TRUST_ROWS)
def test_a_trust_policy_lets_those_assume_the_role_whom_it_names(principal, good, bad):
    allowing = trust(principal)
    denying = parse(
        document(
            {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": principal, "Action": "sts:*"},
        ),
        TRUST,
    )

    for caller, named in [(each, True) for each in good] + [(each, False) for each in bad]:
        asked = request("sts:AssumeRole", caller=caller)
        assert trusts(asked, allowing).allowed is named
        assert trusts(asked, denying).allowed is not named


def test_a_refused_assumption_says_why():
    asked = request("sts:AssumeRole", caller=ADA)

    assert trusts(asked, trust({"AWS": ROLE})).because == (
        "because no role trust policy allows the sts:AssumeRole action"
    )
    assert (
        trusts(asked, trust("*", effect="Deny")).because == "with an explicit deny in the role trust policy"
    )
    assert not trusts(asked, trust("*", action="sts:AssumeRoleWithWebIdentity")).allowed
    assert trusts(asked, trust("*", action=["sts:TagSession", "STS:assumerole"])).allowed


POOL = "us-east-1:0b6f1e9e-0000-4000-8000-0000000000aa"


def test_the_trust_policy_that_identity_pools_are_given_by_the_console():
    of_pool = parse(
        document(
            {
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {"cognito-identity.amazonaws.com:aud": POOL},
                    "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
                },
            }
        ),
        TRUST,
    )
    known = ["authenticated", "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123"]

    def assume(aud=POOL, amr=known, caller=COGNITO, action="sts:AssumeRoleWithWebIdentity"):
        keys = {"cognito-identity.amazonaws.com:aud": aud, "cognito-identity.amazonaws.com:amr": amr}
        return trusts(request(action, context=keys, caller=caller), of_pool).allowed

    assert assume()
    assert assume(action="sts:TagSession")
    assert not assume(aud=POOL.replace("aa", "bb"))
    assert not assume(amr=["unauthenticated"])
    assert not assume(amr=[])
    assert not assume(caller=federated("accounts.google.com"))
    assert not assume(caller=ADA)
    assert not assume(action="sts:AssumeRole")
