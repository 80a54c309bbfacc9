"""A Lambda function for each kind of trigger, once in Python and once for Node, written as people write them.

    folder = written(tmp_path, "python")

Each refuses something, so that a test sees that it was asked; `Echo` refuses all, and says what it was told.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PREFIX = "arn:aws:lambda:us-east-1:000000000000:function:"

PYTHON: Mapping[str, str] = {
    "PreSignUp": """
def handler(event, context):
    if (event["request"]["validationData"] or {}).get("invitation") != "42":
        raise ValueError("No invitation")
    event["response"].update(autoConfirmUser=True, autoVerifyEmail=True)
    return event
""",
    "PostConfirmation": """
def handler(event, context):
    if event["request"].get("clientMetadata", {}).get("welcome") == "no":
        raise ValueError("No welcome for " + event["userName"])
    return event
""",
    "PreAuthentication": """
def handler(event, context):
    if (event["request"]["validationData"] or {}).get("from") == "a bad place":
        raise ValueError("Not from there")
    return event
""",
    "PostAuthentication": """
def handler(event, context):
    if event["request"]["userAttributes"].get("nickname") == "Blocked":
        raise ValueError("Not you")
    return event
""",
    "PreTokenGeneration": """
def handler(event, context):
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"tenants": [1, 2], "sub": "forged"}},
        "accessTokenGeneration": {"scopesToAdd": ["orders/read"]},
    }
    return event
""",
    "UserMigration": """
PEOPLE = {"zoe": "old"}

def handler(event, context):
    if PEOPLE.get(event["userName"]) != event["request"].get("password"):
        raise ValueError("Bad password")
    event["response"].update(
        userAttributes={"email": "zoe@example.com", "email_verified": "true"},
        finalUserStatus="CONFIRMED",
        messageAction="SUPPRESS",
    )
    return event
""",
    "DefineAuthChallenge": """
def handler(event, context):
    session, response = event["request"]["session"], event["response"]
    if [entry["challengeName"] for entry in session] == ["SRP_A"]:
        response["challengeName"] = "PASSWORD_VERIFIER"
    elif session and session[-1]["challengeMetadata"] == "SUM" and session[-1]["challengeResult"]:
        response["issueTokens"] = True
    else:
        response["challengeName"] = "CUSTOM_CHALLENGE"
    return event
""",
    "CreateAuthChallenge": """
def handler(event, context):
    event["response"].update(
        publicChallengeParameters={"question": "1 + 1"},
        privateChallengeParameters={"answer": "2"},
        challengeMetadata="SUM",
    )
    return event
""",
    "VerifyAuthChallengeResponse": """
def handler(event, context):
    expected = event["request"]["privateChallengeParameters"]["answer"]
    event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == expected
    return event
""",
    "Echo": """
def handler(event, context):
    raise ValueError(f"{event['triggerSource']} by {event['callerContext']}")
""",
}

NODE: Mapping[str, str] = {
    "PreSignUp": """
export const handler = async (event) => {
  if (event.request.validationData?.invitation !== '42') throw new Error('No invitation');
  event.response.autoConfirmUser = true;
  event.response.autoVerifyEmail = true;
  return event;
};
""",
    "PostConfirmation": """
export const handler = async (event) => {
  if (event.request.clientMetadata?.welcome === 'no') throw new Error(`No welcome for ${event.userName}`);
  return event;
};
""",
    "PreAuthentication": """
export const handler = async (event) => {
  if (event.request.validationData?.from === 'a bad place') throw new Error('Not from there');
  return event;
};
""",
    "PostAuthentication": """
export const handler = async (event) => {
  if (event.request.userAttributes.nickname === 'Blocked') throw new Error('Not you');
  return event;
};
""",
    "PreTokenGeneration": """
export const handler = async (event) => {
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: { tenants: [1, 2], sub: 'forged' } },
    accessTokenGeneration: { scopesToAdd: ['orders/read'] },
  };
  return event;
};
""",
    "UserMigration": """
const people = { zoe: 'old' };

export const handler = async (event) => {
  if (people[event.userName] !== event.request.password) throw new Error('Bad password');
  Object.assign(event.response, {
    userAttributes: { email: 'zoe@example.com', email_verified: 'true' },
    finalUserStatus: 'CONFIRMED',
    messageAction: 'SUPPRESS',
  });
  return event;
};
""",
    "DefineAuthChallenge": """
export const handler = async (event) => {
  const { session } = event.request;
  const last = session.at(-1);
  if (session.length === 1 && last.challengeName === 'SRP_A') {
    event.response.challengeName = 'PASSWORD_VERIFIER';
  } else if (last?.challengeMetadata === 'SUM' && last.challengeResult) {
    event.response.issueTokens = true;
  } else {
    event.response.challengeName = 'CUSTOM_CHALLENGE';
  }
  return event;
};
""",
    "CreateAuthChallenge": """
export const handler = async (event) => {
  Object.assign(event.response, {
    publicChallengeParameters: { question: '1 + 1' },
    privateChallengeParameters: { answer: '2' },
    challengeMetadata: 'SUM',
  });
  return event;
};
""",
    "VerifyAuthChallengeResponse": """
export const handler = async (event) => {
  const { privateChallengeParameters, challengeAnswer } = event.request;
  event.response.answerCorrect = challengeAnswer === privateChallengeParameters.answer;
  return event;
};
""",
    "Echo": """
export const handler = async (event) => {
  const { awsSdkVersion, clientId } = event.callerContext;
  const caller = `{'awsSdkVersion': '${awsSdkVersion}', 'clientId': '${clientId}'}`;
  throw new Error(`${event.triggerSource} by ${caller}`);
};
""",
}
LANGUAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "python": ("handler.py", PYTHON),
    "node": ("handler.mjs", NODE),
}


def written(folder: Path, language: str) -> Path:
    """The folder with all functions of a language in it, each named after its kind."""
    file, functions = LANGUAGES[language]
    for kind, text in functions.items():
        (folder / kind).mkdir(parents=True)
        (folder / kind / file).write_text(text.lstrip(), "utf-8")
    return folder


def config(*kinds: str) -> dict[str, Any]:
    """LambdaConfig that names the functions of these kinds."""
    found: dict[str, Any] = {kind: _PREFIX + kind for kind in kinds}
    if "PreTokenGeneration" in found:
        arn = found.pop("PreTokenGeneration")
        found["PreTokenGenerationConfig"] = {"LambdaVersion": "V2_0", "LambdaArn": arn}
    return found
