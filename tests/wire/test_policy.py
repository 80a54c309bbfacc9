import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.wire import policy
from poolhouse.wire.policy import Decision

POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123"
OTHER = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Other0001"


def statement(effect="Allow", **members):
    return {"Effect": effect, "Action": "cognito-idp:AdminGetUser", "Resource": POOL} | members


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def decide(action, resource, *statements):
    return policy.decide(policy.compile(document(*statements)), action, resource)


def test_what_a_statement_allows_is_allowed_and_nothing_else_is():
    assert decide("cognito-idp:AdminGetUser", POOL, statement()) is Decision.ALLOWED
    assert decide("cognito-idp:AdminGetUser", OTHER, statement()) is Decision.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminDeleteUser", POOL, statement()) is Decision.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminGetUser", "*", statement()) is Decision.DENIED_IMPLICITLY


def test_a_deny_wins_wherever_it_stands():
    everything = statement(Action="*", Resource="*")
    denied = statement("Deny", Action="cognito-idp:AdminDelete*", Resource="*")

    for statements in ((everything, denied), (denied, everything)):
        assert decide("cognito-idp:AdminDeleteUser", POOL, *statements) is Decision.DENIED_EXPLICITLY
        assert decide("cognito-idp:AdminGetUser", POOL, *statements) is Decision.ALLOWED


def test_actions_ignore_case_and_resources_do_not():
    assert (
        decide("cognito-idp:AdminGetUser", POOL, statement(Action="COGNITO-IDP:adminget*"))
        is Decision.ALLOWED
    )
    assert (
        decide("cognito-idp:AdminGetUser", POOL, statement(Resource=POOL.lower()))
        is Decision.DENIED_IMPLICITLY
    )


def test_the_not_forms_cover_everything_else():
    but_delete = statement(NotAction=["cognito-idp:*Delete*"], NotResource=OTHER)
    del but_delete["Action"], but_delete["Resource"]

    assert decide("cognito-idp:AdminGetUser", POOL, but_delete) is Decision.ALLOWED
    assert decide("cognito-idp:AdminDeleteUser", POOL, but_delete) is Decision.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminGetUser", OTHER, but_delete) is Decision.DENIED_IMPLICITLY


def test_one_statement_may_stand_alone_and_allows_says_yes_or_no():
    compiled = policy.compile({"Statement": statement(Action=["sts:*", "cognito-idp:List*"], Resource=["*"])})

    assert policy.allows(compiled, "cognito-idp:ListUserPools", "*")
    assert not policy.allows(compiled, "cognito-idp:CreateUserPool", "*")


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        ([], "A policy must be a JSON object"),
        ({}, "from 1 to 100 statements"),
        ({"Statement": []}, "from 1 to 100 statements"),
        ({"Statement": [statement()] * 101}, "from 1 to 100 statements"),
        ({"Statement": "x"}, "from 1 to 100 statements"),
        ({"Statement": ["x"]}, "Each statement"),
        ({"Version": "2026-01-01", "Statement": [statement()]}, "The Version"),
        ({"Statement": [statement()], "Statements": []}, "cannot have the member Statements"),
        (document(statement(Principal="*")), "cannot have the member Principal"),
        (document(statement(Condition={})), "does not support Condition"),
        (document(statement(effect="allow")), "Effect"),
        (document({"Effect": "Allow", "Resource": "*"}), "either Action or NotAction"),
        (document(statement(NotAction="*")), "either Action or NotAction"),
        (document({"Effect": "Allow", "Action": "*"}), "either Resource or NotResource"),
        (document(statement(Action=[])), "Action must be a text or a list"),
        (document(statement(Action=7)), "Action must be a text or a list"),
        (document(statement(Action=[7])), "texts of 1 to 512"),
        (document(statement(Action="")), "texts of 1 to 512"),
        (document(statement(Resource="arn:" + ":" * 600)), "texts of 1 to 512"),
        (document(statement(Action="AdminGetUser")), "must be \\* or a service and a name"),
        (document(statement(Action="cognito-idp:")), "must be \\* or a service and a name"),
        (document(statement(Resource="userpool/*")), "must be \\* or an ARN"),
        (document(statement(Resource="arn:aws:cognito-idp:*")), "must be \\* or an ARN"),
        (document(statement(Resource=POOL + "${aws:username}")), "policy variables"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused_with_one_sentence(bad, text):
    with pytest.raises(ValueError, match=text):
        policy.compile(bad)


PIECE = st.sampled_from(["a", "A", "b", ":", "*", "?", "**", "."])


@given(pattern=st.lists(PIECE, max_size=8).map("".join), text=st.text(alphabet="aAb:.*?\n", max_size=10))
def test_the_glob_matcher_agrees_with_a_naive_one(pattern, text):
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")

    assert policy.matches(pattern, text) == (re.fullmatch(translated, text, re.DOTALL) is not None)


ACTIONS = st.sampled_from(["s:A", "s:a", "s:B", "s:Ab"])
RESOURCES = st.sampled_from(["*", "arn:aws:s:r:1:x", "arn:aws:s:r:1:X", "arn:aws:s:r:1:y/z"])
ACTION_PATTERNS = st.lists(st.sampled_from(["*", "s:*", "s:a*", "s:?", "S:B", "t:*"]), min_size=1, max_size=2)
RESOURCE_PATTERNS = st.lists(
    st.sampled_from(["*", "arn:aws:s:r:1:*", "arn:aws:s:r:1:x", "arn:aws:s:?:1:y/*"]), min_size=1, max_size=2
)


@st.composite
def statements(draw):
    return {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Action", "NotAction"])): draw(ACTION_PATTERNS),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(RESOURCE_PATTERNS),
    }


def naive(given_statements, action, resource):
    """The rules of IAM written out plainly, with regular expressions."""

    def hit(patterns, text, flags):
        return any(
            re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, flags)
            for pattern in patterns
        )

    effects = set()
    for each in given_statements:
        acts = (
            hit(each["Action"], action, re.I)
            if "Action" in each
            else not hit(each["NotAction"], action, re.I)
        )
        names = (
            hit(each["Resource"], resource, 0)
            if "Resource" in each
            else not hit(each["NotResource"], resource, 0)
        )
        if acts and names:
            effects.add(each["Effect"])
    if "Deny" in effects:
        return Decision.DENIED_EXPLICITLY
    return Decision.ALLOWED if effects else Decision.DENIED_IMPLICITLY


@given(given_statements=st.lists(statements(), min_size=1, max_size=3), action=ACTIONS, resource=RESOURCES)
def test_decisions_agree_with_a_naive_reading_of_the_rules(given_statements, action, resource):
    assert decide(action, resource, *given_statements) is naive(given_statements, action, resource)


def test_a_hostile_pattern_is_decided_quickly():
    compiled = policy.compile(document(statement(Resource="arn:aws:s:r:1:" + "*a" * 240 + "b")))

    assert not policy.allows(compiled, "cognito-idp:AdminGetUser", "arn:aws:s:r:1:" + "a" * 2000)
