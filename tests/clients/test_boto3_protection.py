"""boto3, unmodified: threat protection from its configuration to what the owner of an account says."""

from typing import Any

import pytest
from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.server import Server

ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
# Every account of these tests is less than a day old, so that every sign-in is one of a HIGH risk.
ODD = {
    "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
    "UserPoolTags": {"poolhouse:risk-points": "young-account=100"},
}
MAIL = {
    "SourceArn": ARN,
    "BlockEmail": {"Subject": "Stopped", "TextBody": "{event-id} {feedback-token} {one-click-link-invalid}"},
}
BLOCKS = {"NotifyConfiguration": MAIL, "Actions": {"HighAction": {"Notify": True, "EventAction": "BLOCK"}}}
EMAIL = "ada@example.com"


def sign_in(idp: Any, app: App) -> dict[str, Any]:
    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    answer: dict[str, Any] = idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return answer


def newest(idp: Any, app: App) -> dict[str, Any]:
    events = idp.admin_list_user_auth_events(UserPoolId=app.pool_id, Username="ada")["AuthEvents"]
    return dict(events[0])


def test_an_odd_sign_in_is_stopped_and_its_owner_is_told_and_heard(server: Server) -> None:
    idp = server.boto3("cognito-idp")
    app = new_app(server, **ODD)
    new_user(server, app, "ada", email=EMAIL, email_verified="true")
    made = idp.set_risk_configuration(UserPoolId=app.pool_id, AccountTakeoverRiskConfiguration=BLOCKS)

    with pytest.raises(idp.exceptions.NotAuthorizedException, match="because of security reasons"):
        sign_in(idp, app)

    (mail,) = server.messages(app.pool_id, EMAIL)
    event_id, token, link = mail["body"].split()
    event = newest(idp, app)
    assert mail["subject"] == "Stopped"
    assert link.startswith(f"{server.endpoint}/{app.pool_id}/eventFeedback?")
    assert (event["EventId"], event["EventResponse"]) == (event_id, "Fail")
    assert (event["EventRisk"]["RiskDecision"], event["EventRisk"]["RiskLevel"]) == ("Block", "High")
    idp.update_auth_event_feedback(
        UserPoolId=app.pool_id, Username="ada", EventId=event_id, FeedbackToken=token, FeedbackValue="Invalid"
    )
    assert newest(idp, app)["EventFeedback"]["FeedbackValue"] == "Invalid"
    idp.admin_update_auth_event_feedback(
        UserPoolId=app.pool_id, Username="ada", EventId=event_id, FeedbackValue="Valid"
    )
    assert newest(idp, app)["EventFeedback"]["FeedbackValue"] == "Valid"
    described = idp.describe_risk_configuration(UserPoolId=app.pool_id)["RiskConfiguration"]
    assert described == made["RiskConfiguration"]


def test_an_app_client_of_its_own_mind_lets_the_same_sign_in_through(server: Server) -> None:
    idp = server.boto3("cognito-idp")
    app = new_app(server, **ODD)
    new_user(server, app, "ada", email=EMAIL, email_verified="true")
    idp.set_risk_configuration(UserPoolId=app.pool_id, AccountTakeoverRiskConfiguration=BLOCKS)
    lenient = {"Actions": {"HighAction": {"Notify": False, "EventAction": "NO_ACTION"}}}
    ids = {"UserPoolId": app.pool_id, "ClientId": app.client_id}
    idp.set_risk_configuration(**ids, AccountTakeoverRiskConfiguration=lenient)

    assert "AccessToken" in sign_in(idp, app)["AuthenticationResult"]
    assert newest(idp, app)["EventRisk"]["RiskLevel"] == "High"

    idp.set_risk_configuration(**ids)
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        sign_in(idp, app)
    assert len(server.messages(app.pool_id, EMAIL)) == 1
