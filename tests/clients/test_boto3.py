"""boto3, unmodified: what a user of an application does, end to end, on each store.

What an administrator does: test_boto3_admin.py.
"""

from typing import Any

import pytest
from tests.clients.apps import (
    INCORRECT,
    OTHER_PASSWORD,
    PASSWORD,
    WRONG_PASSWORD,
    App,
    listed,
    new_app,
    new_user,
    plain,
)
from tests.server import Server

MAIL = "ada@example.com"


@pytest.fixture
def server(server_on_each_store: Server) -> Server:
    return server_on_each_store


@pytest.fixture
def idp(server: Server) -> Any:
    return server.boto3("cognito-idp")


def sign_in(idp: Any, app: App, name: str, password: str = PASSWORD) -> dict[str, Any]:
    parameters = {"USERNAME": name, "PASSWORD": password}
    if app.client_secret:
        parameters["SECRET_HASH"] = app.secret_hash(name)
    answer: dict[str, Any] = idp.initiate_auth(
        ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return answer


def tokens_of(idp: Any, app: App, name: str, password: str = PASSWORD) -> dict[str, str]:
    tokens: dict[str, str] = sign_in(idp, app, name, password)["AuthenticationResult"]
    return tokens


@pytest.mark.parametrize("with_secret", [False, True], ids=["public client", "client with a secret"])
def test_somebody_signs_up_confirms_with_the_code_of_the_mail_and_signs_in(
    server: Server, idp: Any, with_secret: bool
) -> None:
    app = new_app(server, with_secret=with_secret)
    proof = {"SecretHash": app.secret_hash("ada")} if with_secret else {}

    signed_up = idp.sign_up(
        ClientId=app.client_id,
        Username="ada",
        Password=PASSWORD,
        UserAttributes=listed({"email": MAIL}),
        **proof,
    )
    with pytest.raises(idp.exceptions.UserNotConfirmedException):
        sign_in(idp, app, "ada")
    code = server.code(app.pool_id, MAIL, "SignUp")
    idp.confirm_sign_up(ClientId=app.client_id, Username="ada", ConfirmationCode=code, **proof)
    tokens = tokens_of(idp, app, "ada")

    assert not signed_up["UserConfirmed"]
    assert signed_up["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    assert signed_up["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert MAIL not in signed_up["CodeDeliveryDetails"]["Destination"]
    assert tokens["TokenType"] == "Bearer"
    me = idp.get_user(AccessToken=tokens["AccessToken"])
    assert me["Username"] == "ada"
    assert plain(me["UserAttributes"]) == {
        "sub": signed_up["UserSub"],
        "email": MAIL,
        "email_verified": "true",
    }


def test_a_wrong_code_confirms_nobody_and_a_new_code_does(server: Server, idp: Any) -> None:
    app = new_app(server)
    idp.sign_up(
        ClientId=app.client_id, Username="ada", Password=PASSWORD, UserAttributes=listed({"email": MAIL})
    )
    right = server.code(app.pool_id, MAIL, "SignUp")
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    with pytest.raises(idp.exceptions.CodeMismatchException):
        idp.confirm_sign_up(ClientId=app.client_id, Username="ada", ConfirmationCode=wrong)
    idp.resend_confirmation_code(ClientId=app.client_id, Username="ada")
    newer = server.code(app.pool_id, MAIL, "ResendCode")
    idp.confirm_sign_up(ClientId=app.client_id, Username="ada", ConfirmationCode=newer)

    assert tokens_of(idp, app, "ada")["AccessToken"]


def test_a_name_can_be_taken_once(server: Server, idp: Any) -> None:
    app = new_app(server)
    idp.sign_up(ClientId=app.client_id, Username="ada", Password=PASSWORD)

    with pytest.raises(idp.exceptions.UsernameExistsException):
        idp.sign_up(ClientId=app.client_id, Username="ada", Password=PASSWORD)
    other = idp.sign_up(ClientId=app.client_id, Username="bob", Password=PASSWORD)

    assert other["UserSub"]


def test_errors_are_the_classes_and_texts_that_applications_match(server: Server, idp: Any) -> None:
    app = new_app(server)
    legacy = new_app(server, client={"PreventUserExistenceErrors": "LEGACY"})
    new_user(server, app, "ada")

    with pytest.raises(idp.exceptions.NotAuthorizedException, match=INCORRECT):
        sign_in(idp, app, "ada", WRONG_PASSWORD)
    with pytest.raises(idp.exceptions.NotAuthorizedException, match=INCORRECT):
        sign_in(idp, app, "nobody")
    with pytest.raises(idp.exceptions.UserNotFoundException, match=r"User does not exist\."):
        sign_in(idp, legacy, "nobody")
    with pytest.raises(idp.exceptions.InvalidPasswordException, match="Password not long enough"):
        idp.sign_up(ClientId=app.client_id, Username="bob", Password="Sh0rt!")
    with pytest.raises(idp.exceptions.ResourceNotFoundException, match="does not exist"):
        idp.initiate_auth(
            ClientId="0" * 26,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )

    assert tokens_of(idp, app, "ada")["IdToken"]


def test_a_client_with_a_secret_wants_its_hash(server: Server, idp: Any) -> None:
    app = new_app(server, with_secret=True)
    new_user(server, app, "ada")
    without = App(app.pool_id, app.client_id, None)
    wrong = App(app.pool_id, app.client_id, "not the secret of this client")

    with pytest.raises(idp.exceptions.NotAuthorizedException, match="SECRET_HASH was not received"):
        sign_in(idp, without, "ada")
    with pytest.raises(idp.exceptions.NotAuthorizedException, match=app.client_id):
        sign_in(idp, wrong, "ada")

    assert tokens_of(idp, app, "ada")["IdToken"]


def test_a_temporary_password_is_replaced_at_the_first_sign_in(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", permanent=False, email=MAIL)

    asked = sign_in(idp, app, "ada")
    tokens = idp.respond_to_auth_challenge(
        ClientId=app.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": OTHER_PASSWORD},
    )["AuthenticationResult"]

    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"
    assert tokens_of(idp, app, "ada", OTHER_PASSWORD)["IdToken"]
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        sign_in(idp, app, "ada", PASSWORD)


def test_a_session_of_the_challenge_is_good_once_and_for_no_other_challenge(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", permanent=False)
    answer = {
        "ClientId": app.client_id,
        "Session": sign_in(idp, app, "ada")["Session"],
        "ChallengeResponses": {"USERNAME": "ada", "NEW_PASSWORD": OTHER_PASSWORD},
    }

    idp.respond_to_auth_challenge(ChallengeName="NEW_PASSWORD_REQUIRED", **answer)

    with pytest.raises(idp.exceptions.NotAuthorizedException, match="can only be used once"):
        idp.respond_to_auth_challenge(ChallengeName="NEW_PASSWORD_REQUIRED", **answer)


def test_a_refresh_token_gives_new_tokens_until_it_is_revoked(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada")
    first = tokens_of(idp, app, "ada")

    def refresh() -> dict[str, str]:
        answer: dict[str, str] = idp.initiate_auth(
            ClientId=app.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]},
        )["AuthenticationResult"]
        return answer

    second = refresh()
    assert "RefreshToken" not in second
    assert second["AccessToken"] != first["AccessToken"]
    assert idp.get_user(AccessToken=second["AccessToken"])["Username"] == "ada"

    idp.revoke_token(Token=first["RefreshToken"], ClientId=app.client_id)

    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Refresh Token has been revoked"):
        refresh()
    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
        idp.get_user(AccessToken=second["AccessToken"])
    assert tokens_of(idp, app, "ada")["RefreshToken"]


def test_a_rotated_refresh_token_is_refused_and_its_successor_is_not(server: Server, idp: Any) -> None:
    rotation = {
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
    }
    app = new_app(server, client=rotation)
    new_user(server, app, "ada")
    first = tokens_of(idp, app, "ada")["RefreshToken"]

    def rotated(token: str) -> dict[str, str]:
        answer: dict[str, str] = idp.get_tokens_from_refresh_token(
            RefreshToken=token, ClientId=app.client_id
        )["AuthenticationResult"]
        return answer

    second = rotated(first)["RefreshToken"]
    third = rotated(second)["RefreshToken"]

    assert len({first, second, third}) == 3
    with pytest.raises(idp.exceptions.RefreshTokenReuseException):
        rotated(first)


def test_global_sign_out_ends_every_token_of_the_user_and_nobody_elses(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada")
    new_user(server, app, "bob")
    here, there, of_bob = (tokens_of(idp, app, name) for name in ("ada", "ada", "bob"))

    idp.global_sign_out(AccessToken=here["AccessToken"])

    for tokens in (here, there):
        with pytest.raises(idp.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
            idp.get_user(AccessToken=tokens["AccessToken"])
    assert idp.get_user(AccessToken=of_bob["AccessToken"])["Username"] == "bob"
    assert tokens_of(idp, app, "ada")["AccessToken"]


def test_a_forgotten_password_is_replaced_with_the_code_of_the_mail(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", email=MAIL, email_verified="true")

    sent = idp.forgot_password(ClientId=app.client_id, Username="ada")
    code = server.code(app.pool_id, MAIL, "ForgotPassword")
    change = {"ClientId": app.client_id, "Username": "ada", "Password": OTHER_PASSWORD}
    with pytest.raises(idp.exceptions.CodeMismatchException):
        idp.confirm_forgot_password(ConfirmationCode=f"{(int(code) + 1) % 1_000_000:06}", **change)
    idp.confirm_forgot_password(ConfirmationCode=code, **change)

    assert sent["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert tokens_of(idp, app, "ada", OTHER_PASSWORD)["IdToken"]
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        sign_in(idp, app, "ada", PASSWORD)
    with pytest.raises(idp.exceptions.CodeMismatchException):  # of a client that hides who exists
        idp.confirm_forgot_password(ConfirmationCode=code, **change)


def test_a_password_is_changed_by_who_knows_the_old_one(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada")
    access = tokens_of(idp, app, "ada")["AccessToken"]

    with pytest.raises(idp.exceptions.NotAuthorizedException):
        idp.change_password(
            AccessToken=access, PreviousPassword=WRONG_PASSWORD, ProposedPassword=OTHER_PASSWORD
        )
    idp.change_password(AccessToken=access, PreviousPassword=PASSWORD, ProposedPassword=OTHER_PASSWORD)

    assert tokens_of(idp, app, "ada", OTHER_PASSWORD)["IdToken"]


def test_a_user_keeps_a_profile_and_proves_a_new_address(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", email=MAIL, email_verified="true")
    access = tokens_of(idp, app, "ada")["AccessToken"]

    def mine() -> dict[str, str]:
        return plain(idp.get_user(AccessToken=access)["UserAttributes"])

    idp.update_user_attributes(
        AccessToken=access, UserAttributes=listed({"email": "ada@example.org", "name": "Ada", "locale": "en"})
    )
    assert mine()["email_verified"] == "false"
    code = server.code(app.pool_id, "ada@example.org", "UpdateUserAttribute")
    idp.verify_user_attribute(AccessToken=access, AttributeName="email", Code=code)
    idp.delete_user_attributes(AccessToken=access, UserAttributeNames=["locale"])

    known = mine()
    known.pop("sub")
    assert known == {"email": "ada@example.org", "email_verified": "true", "name": "Ada"}
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        idp.update_user_attributes(AccessToken=access, UserAttributes=listed({"email_verified": "true"}))


def test_an_address_is_proved_again_on_request(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", email=MAIL)
    access = tokens_of(idp, app, "ada")["AccessToken"]

    idp.get_user_attribute_verification_code(AccessToken=access, AttributeName="email")
    code = server.code(app.pool_id, MAIL, "VerifyUserAttribute")
    idp.verify_user_attribute(AccessToken=access, AttributeName="email", Code=code)

    assert plain(idp.get_user(AccessToken=access)["UserAttributes"])["email_verified"] == "true"


def test_a_user_who_deleted_the_account_is_gone(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada")
    access = tokens_of(idp, app, "ada")["AccessToken"]

    idp.delete_user(AccessToken=access)

    with pytest.raises(idp.exceptions.NotAuthorizedException):
        sign_in(idp, app, "ada")
    with pytest.raises(idp.exceptions.UserNotFoundException):
        idp.admin_get_user(UserPoolId=app.pool_id, Username="ada")
    assert new_user(server, app, "ada")["Username"] == "ada"
