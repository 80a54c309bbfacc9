"""Session policies only ever take away: whatever they are, a session may nothing that its role may not."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.directory.principals import Principal
from poolhouse.policies.document import IDENTITY, SESSION, parse
from poolhouse.policies.principals import NOBODY

_ACTIONS = ("s3:GetObject", "s3:PutObject", "sts:AssumeRole", "cognito-idp:ListUsers")
_RESOURCES = ("arn:aws:s3:::photos/ada/1", "arn:aws:s3:::photos/eve/1", "*")
_KEYS = {"aws:PrincipalTag/team": ("red",), "cognito-identity.amazonaws.com:sub": ("ada",)}

_statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(st.sampled_from([*_ACTIONS, "s3:*", "*", "s3:Get*"]), min_size=1, max_size=3),
        "Resource": st.lists(
            st.sampled_from(["*", "arn:aws:s3:::photos/*", "arn:aws:s3:::photos/${aws:PrincipalTag/team}/*"]),
            min_size=1,
            max_size=2,
        ),
    },
    optional={"Condition": st.sampled_from([{"StringEquals": {"aws:PrincipalTag/team": "red"}}, {}])},
)
_documents = st.builds(
    lambda statements: {"Version": "2012-10-17", "Statement": statements},
    st.lists(_statements, min_size=1, max_size=3),
)
_policies = st.lists(_documents, min_size=1, max_size=3)


def holder(identity: list[Any], session: list[Any]) -> Principal:
    return Principal(
        arn="arn:aws:sts::000000000000:assumed-role/app/night",
        user_id="AROAAAAAAAAAAAAAAAAAA:night",
        names=NOBODY,
        identity=tuple(parse(json.dumps(one), IDENTITY) for one in identity),
        session=tuple(parse(json.dumps(one), SESSION) for one in session),
        keys=_KEYS,
    )


def allowed(who: Principal) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for action in _ACTIONS
        for resource in _RESOURCES
        if who.asks(action, resource).allowed
    }


@settings(max_examples=150, deadline=None)
@given(identity=_policies, session=_policies)
def test_a_session_policy_takes_away_and_never_adds(identity: list[Any], session: list[Any]) -> None:
    whole, narrowed = allowed(holder(identity, [])), allowed(holder(identity, session))

    assert narrowed <= whole
    assert narrowed == whole & allowed(holder(session, []))


@settings(max_examples=50, deadline=None)
@given(identity=_policies)
def test_a_session_policy_that_allows_everything_takes_nothing_away(identity: list[Any]) -> None:
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

    assert allowed(holder(identity, [everything])) == allowed(holder(identity, []))
