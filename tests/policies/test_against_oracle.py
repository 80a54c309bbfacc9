"""The engine against the rules written out plainly, and laws that no policy may break."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies import oracle
from tests.policies.policies import document

from poolhouse.policies.document import IDENTITY, SESSION, parse
from poolhouse.policies.evaluate import decide, request

ACTIONS = ["s3:GetObject", "s3:PutObject", "S3:getobject", "sqs:SendMessage"]
RESOURCES = ["*", "arn:aws:s3:::b/ada/x", "arn:aws:s3:::b/a*/x", "arn:aws:s3:::b/", "arn:aws:sqs:r:1:q?"]
NAMES = ["aws:a", "aws:b", "aws:c"]
TEXTS = ["", "ada", "a*", "*", "?", "a", "${aws:b}", "$"]
PATTERNS = ["", "ada", "a*", "*", "a?a", "${aws:a}", "${aws:b}*", "${*}", "x${aws:c}", "a${?}"]
OPERATORS = [
    f"{quantifier}{name}{suffix}"
    for quantifier in ("", "ForAllValues:", "ForAnyValue:")
    for name in ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
    for suffix in ("", "IfExists")
]


def some(values, at_most=2):
    return st.lists(st.sampled_from(values), min_size=1, max_size=at_most, unique=True)


ACTION_PATTERNS = some(["*", "s3:*", "S3:Get*", "s3:?utObject", "sqs:SendMessage"])
RESOURCE_PATTERNS = some(
    ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:a}/*", "arn:aws:s3:::b/${aws:b}*", "arn:aws:*:*:*:q${?}"]
)
CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(NAMES), some(PATTERNS), min_size=1, max_size=2),
    max_size=2,
) | st.fixed_dictionaries(
    {"Null": st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["true", "false"]), min_size=1)}
)


@st.composite
def statements(draw, effects=("Allow", "Allow", "Deny")):
    return {
        "Effect": draw(st.sampled_from(effects)),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(ACTION_PATTERNS),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(RESOURCE_PATTERNS),
        "Condition": draw(CONDITIONS),
    }


DOCUMENTS = st.lists(statements(), min_size=1, max_size=3).map(lambda given: document(*given))
KEYS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2))
ACTION, RESOURCE = st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)


def identity(*documents):
    return [parse(each, IDENTITY) for each in documents]


@settings(max_examples=120, deadline=None)
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=2), action=ACTION, resource=RESOURCE, keys=KEYS)
def test_the_engine_decides_as_the_plain_rules_do(documents, action, resource, keys):
    answer = decide(request(action, resource, keys), identity(*documents))

    assert answer.verdict.value == oracle.verdict(documents, action, resource, keys)


@settings(max_examples=40, deadline=None)
@given(own=DOCUMENTS, session=DOCUMENTS, action=ACTION, resource=RESOURCE, keys=KEYS)
def test_session_policies_only_ever_shrink_what_is_allowed(own, session, action, resource, keys):
    asked, limits = request(action, resource, keys), [parse(session, SESSION, limit=10_240)]

    within = decide(asked, identity(own), limits).allowed

    assert within == (decide(asked, identity(own)).allowed and decide(asked, limits).allowed)


@settings(max_examples=40, deadline=None)
@given(own=DOCUMENTS, deny=statements(effects=("Deny",)), action=ACTION, resource=RESOURCE, keys=KEYS)
def test_a_deny_more_never_allows_more(own, deny, action, resource, keys):
    asked = request(action, resource, keys)
    before = decide(asked, identity(own))

    for after in (
        decide(asked, identity(own, document(deny))),
        decide(asked, identity(document(deny, *own["Statement"]))),
    ):
        assert before.allowed or not after.allowed
        assert after.allowed == (before.allowed and not oracle.applies(deny, action, resource, keys))


@settings(max_examples=40, deadline=None)
@given(own=DOCUMENTS, more=DOCUMENTS, action=ACTION, resource=RESOURCE, keys=KEYS)
def test_the_order_of_policies_and_statements_decides_nothing(own, more, action, resource, keys):
    asked = request(action, resource, keys)
    turned = own | {"Statement": own["Statement"][::-1]}

    verdicts = {decide(asked, identity(*each)).verdict for each in ((own, more), (more, own), (more, turned))}

    assert len(verdicts) == 1
