"""Policies of access keys mean what they meant before the engine knew more than Action and Resource.

The expectations were made for that first evaluator; it agreed with this one on 1,500 random documents before
it went.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.policies.document import ACCESS_KEY, parse
from poolhouse.policies.evaluate import Verdict, request
from poolhouse.policies.evaluate import decide as decided
from poolhouse.policies.reading import MalformedPolicy

POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123"
OTHER = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Other0001"


def statement(effect="Allow", **members):
    return {"Effect": effect, "Action": "cognito-idp:AdminGetUser", "Resource": POOL} | members


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def decide(action, resource, *statements):
    return decided(request(action, resource), [parse(document(*statements), ACCESS_KEY)]).verdict


def test_what_a_statement_allows_is_allowed_and_nothing_else_is():
    assert decide("cognito-idp:AdminGetUser", POOL, statement()) is Verdict.ALLOWED
    assert decide("cognito-idp:AdminGetUser", OTHER, statement()) is Verdict.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminDeleteUser", POOL, statement()) is Verdict.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminGetUser", "*", statement()) is Verdict.DENIED_IMPLICITLY


def test_a_deny_wins_wherever_it_stands():
    everything = statement(Action="*", Resource="*")
    denied = statement("Deny", Action="cognito-idp:AdminDelete*", Resource="*")

    for statements in ((everything, denied), (denied, everything)):
        assert decide("cognito-idp:AdminDeleteUser", POOL, *statements) is Verdict.DENIED_EXPLICITLY
        assert decide("cognito-idp:AdminGetUser", POOL, *statements) is Verdict.ALLOWED


def test_actions_ignore_case_and_resources_do_not():
    assert (
        decide("cognito-idp:AdminGetUser", POOL, statement(Action="COGNITO-IDP:adminget*")) is Verdict.ALLOWED
    )
    assert (
        decide("cognito-idp:AdminGetUser", POOL, statement(Resource=POOL.lower()))
        is Verdict.DENIED_IMPLICITLY
    )


def test_the_not_forms_cover_everything_else():
    but_delete = statement(NotAction=["cognito-idp:*Delete*"], NotResource=OTHER)
    del but_delete["Action"], but_delete["Resource"]

    assert decide("cognito-idp:AdminGetUser", POOL, but_delete) is Verdict.ALLOWED
    assert decide("cognito-idp:AdminDeleteUser", POOL, but_delete) is Verdict.DENIED_IMPLICITLY
    assert decide("cognito-idp:AdminGetUser", OTHER, but_delete) is Verdict.DENIED_IMPLICITLY


def test_one_statement_may_stand_alone():
    alone = {"Statement": statement(Action=["sts:*", "cognito-idp:List*"], Resource=["*"])}
    policies = [parse(alone, ACCESS_KEY)]

    assert decided(request("cognito-idp:ListUserPools"), policies).allowed
    assert not decided(request("cognito-idp:CreateUserPool"), policies).allowed


def test_sid_and_id_may_be_anything_as_they_always_could():
    odd = [statement(Sid="a b"), statement(Sid="a b"), statement(Sid=7)]
    policy = parse({"Id": ["x"], "Statement": odd}, ACCESS_KEY)

    assert [one.label for one in policy.allows] == ["a b", "a b", "3"]
    assert decided(request("cognito-idp:AdminGetUser", POOL), [policy]).allowed


def test_a_policy_may_be_as_long_as_it_always_could():
    pools = [f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_{n:09}" for n in range(850)]

    policy = parse(document(statement(Resource=pools)), ACCESS_KEY)

    assert policy.size > 60_000
    assert decided(request("cognito-idp:AdminGetUser", pools[-1]), [policy]).allowed
    with pytest.raises(MalformedPolicy, match="longer than 65536 characters"):
        parse(document(statement(Resource=pools[:450]), statement(Resource=pools[:450])), ACCESS_KEY)


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        ([], "A policy must be a JSON object"),
        ({}, "at least one statement"),
        ({"Statement": []}, "at least one statement"),
        ({"Statement": "x"}, "at least one statement"),
        ({"Statement": ["x"]}, "Each statement"),
        ({"Version": "2026-01-01", "Statement": [statement()]}, "The Version"),
        ({"Statement": [statement()], "Statements": []}, "cannot have the member Statements"),
        (document(statement(Principal="*")), "cannot have the member Principal"),
        (document(statement(effect="allow")), "Effect"),
        (document({"Effect": "Allow", "Resource": "*"}), "either Action or NotAction"),
        (document(statement(NotAction="*")), "either Action or NotAction"),
        (document({"Effect": "Allow", "Action": "*"}), "either Resource or NotResource"),
        (document(statement(Action=[])), "Action must be a text or a list"),
        (document(statement(Action=7)), "Action must be a text or a list"),
        (document(statement(Action=[7])), "Action must be a text or a list"),
        (document(statement(Action="")), "texts of 1 to 2048"),
        (document(statement(Resource="arn:" + ":" * 2045)), "texts of 1 to 2048"),
        (document(statement(Action="AdminGetUser")), "must be \\* or a service and a name"),
        (document(statement(Action="cognito-idp:")), "must be \\* or a service and a name"),
        (document(statement(Resource="userpool/*")), "must be \\* or an ARN"),
        (document(statement(Resource="arn:aws:cognito-idp:*")), "must be \\* or an ARN"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused_with_one_sentence(bad, text):
    with pytest.raises(MalformedPolicy, match=text):
        parse(bad, ACCESS_KEY)


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
        return Verdict.DENIED_EXPLICITLY
    return Verdict.ALLOWED if effects else Verdict.DENIED_IMPLICITLY


@settings(max_examples=60, deadline=None)
@given(given_statements=st.lists(statements(), min_size=1, max_size=3), action=ACTIONS, resource=RESOURCES)
def test_decisions_agree_with_a_naive_reading_of_the_rules(given_statements, action, resource):
    assert decide(action, resource, *given_statements) is naive(given_statements, action, resource)
