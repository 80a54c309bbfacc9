"""pycognito, unmodified: sign-in by SRP and what follows, by user name and by e-mail address."""

import jwt
import pytest
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException, TokenVerificationException
from tests.clients.apps import INCORRECT, OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, App, new_app, new_user
from tests.server import Server

MAIL = "ada@example.com"

SECRETS = pytest.mark.parametrize("with_secret", [False, True], ids=["public client", "client with a secret"])


def cognito(server: Server, app: App, name: str) -> Cognito:
    return Cognito(
        app.pool_id,
        app.client_id,
        username=name,
        client_secret=app.client_secret,
        access_key=server.access_key_id,
        secret_key=server.secret_access_key,
        boto3_client_kwargs={"endpoint_url": server.endpoint},
    )


def code_of(refused: "pytest.ExceptionInfo[ClientError]") -> str:
    return str(refused.value.response["Error"]["Code"])


@SECRETS
def test_srp_lets_the_right_password_in_and_no_other(server: Server, with_secret: bool) -> None:
    app = new_app(server, with_secret=with_secret)
    new_user(server, app, "ada")
    user = cognito(server, app, "ada")

    with pytest.raises(ClientError, match=INCORRECT) as refused:
        user.authenticate(password=WRONG_PASSWORD)
    assert code_of(refused) == "NotAuthorizedException"
    assert user.access_token is None
    user.authenticate(password=PASSWORD)  # verifies both tokens with the JWKS

    assert user.access_claims["username"] == "ada"
    assert user.id_claims["aud"] == app.client_id
    assert user.get_user().sub == user.id_claims["sub"]


def test_srp_lets_nobody_in_who_does_not_exist(server: Server) -> None:
    app = new_app(server)

    with pytest.raises(ClientError, match=INCORRECT):
        cognito(server, app, "nobody").authenticate(password=PASSWORD)
    new_user(server, app, "nobody")
    cognito(server, app, "nobody").authenticate(password=PASSWORD)


@SECRETS
def test_srp_knows_a_user_by_the_mail_address(server: Server, with_secret: bool) -> None:
    app = new_app(server, with_secret=with_secret, UsernameAttributes=["email"])
    sub = new_user(server, app, MAIL, email=MAIL, email_verified="true")["Username"]
    user = cognito(server, app, MAIL)

    with pytest.raises(ClientError, match=INCORRECT):
        user.authenticate(password=WRONG_PASSWORD)
    user.authenticate(password=PASSWORD)

    assert user.access_claims["username"] == sub == user.id_claims["cognito:username"]
    assert user.id_claims["email"] == MAIL


def test_srp_knows_a_user_by_an_alias(server: Server) -> None:
    app = new_app(server, AliasAttributes=["email"])
    new_user(server, app, "ada", email=MAIL, email_verified="true")
    user = cognito(server, app, MAIL)

    with pytest.raises(ClientError, match=INCORRECT):
        user.authenticate(password=WRONG_PASSWORD)
    user.authenticate(password=PASSWORD)

    assert user.access_claims["username"] == "ada"


@SECRETS
def test_a_temporary_password_is_replaced_over_srp(server: Server, with_secret: bool) -> None:
    app = new_app(server, with_secret=with_secret, UsernameAttributes=["email"])
    new_user(server, app, MAIL, permanent=False, email=MAIL)
    user = cognito(server, app, MAIL)

    with pytest.raises(ForceChangePasswordException):
        user.authenticate(password=PASSWORD)
    with pytest.raises(ClientError, match=INCORRECT):
        user.new_password_challenge(WRONG_PASSWORD, OTHER_PASSWORD)
    user.new_password_challenge(PASSWORD, OTHER_PASSWORD)
    assert user.get_user().email == MAIL

    again = cognito(server, app, MAIL)
    with pytest.raises(ClientError, match=INCORRECT):
        again.authenticate(password=PASSWORD)
    again.authenticate(password=OTHER_PASSWORD)
    assert again.access_token


@SECRETS
def test_an_access_token_is_renewed(server: Server, with_secret: bool) -> None:
    app = new_app(server, with_secret=with_secret)
    new_user(server, app, "ada")
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)
    before = user.access_token

    expired = user.check_token(renew=False)
    user.renew_access_token()

    assert not expired
    assert user.access_token != before
    assert user.get_user().sub == user.access_claims["sub"]


def test_a_token_that_is_over_is_renewed_by_check_token(server: Server) -> None:
    app = new_app(
        server,
        client={"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}},
    )
    new_user(server, app, "ada")
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)
    alive = user.access_token
    refused = cognito(server, app, "ada")
    refused.access_token, refused.refresh_token = _expired(alive), "eyJub3QiOiJvdXJzIn0"

    with pytest.raises(ClientError, match="Invalid Refresh Token"):
        refused.check_token()
    user.access_token = _expired(alive)

    assert user.check_token()
    assert user.access_token not in (alive, _expired(alive))
    assert user.get_user().sub == user.access_claims["sub"]


def _expired(token: str) -> str:
    """What check_token takes for a token that is over: it reads the claims and no signature."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims | {"exp": claims["iat"] - 1}, "a key that nobody has" * 2)


def test_refreshing_with_a_secret_is_proved_with_the_stored_name_in_a_mail_address_pool(
    server: Server,
) -> None:
    app = new_app(server, with_secret=True, UsernameAttributes=["email"])
    new_user(server, app, MAIL, email=MAIL, email_verified="true")
    user = cognito(server, app, MAIL)
    user.authenticate(password=PASSWORD)

    with pytest.raises(ClientError, match=f"SecretHash does not match for the client: {app.client_id}"):
        user.renew_access_token()
    user.username = user.access_claims["username"]
    user.renew_access_token()

    assert user.get_user().email == MAIL


@SECRETS
def test_somebody_registers_with_the_code_of_the_mail(server: Server, with_secret: bool) -> None:
    app = new_app(server, with_secret=with_secret, UsernameAttributes=["email"])
    user = cognito(server, app, MAIL)
    user.set_base_attributes(email=MAIL, name="Ada")

    made = user.register(MAIL, PASSWORD)
    with pytest.raises(ClientError, match=r"User is not confirmed\."):
        user.authenticate(password=PASSWORD)
    user.confirm_sign_up(server.code(app.pool_id, MAIL, "SignUp"))
    user.authenticate(password=PASSWORD)

    assert not made["UserConfirmed"]
    assert user.id_claims["sub"] == made["UserSub"]
    assert user.id_claims["email_verified"] is True
    assert user.id_claims["name"] == "Ada"


def test_a_password_is_changed_by_who_knows_the_old_one(server: Server) -> None:
    app = new_app(server)
    new_user(server, app, "ada")
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)

    with pytest.raises(ClientError, match=INCORRECT):
        user.change_password(WRONG_PASSWORD, OTHER_PASSWORD)
    user.change_password(PASSWORD, OTHER_PASSWORD)

    again = cognito(server, app, "ada")
    with pytest.raises(ClientError, match=INCORRECT):
        again.authenticate(password=PASSWORD)
    again.authenticate(password=OTHER_PASSWORD)
    assert again.access_token


@SECRETS
def test_a_forgotten_password_is_replaced_with_the_code_of_the_inbox(
    server: Server, with_secret: bool
) -> None:
    app = new_app(server, with_secret=with_secret, UsernameAttributes=["email"])
    new_user(server, app, MAIL, email=MAIL, email_verified="true")
    user = cognito(server, app, MAIL)

    user.initiate_forgot_password()
    code = server.code(app.pool_id, MAIL, "ForgotPassword")
    with pytest.raises(ClientError) as refused:
        user.confirm_forgot_password(f"{(int(code) + 1) % 1_000_000:06}", OTHER_PASSWORD)
    assert code_of(refused) == "CodeMismatchException"
    user.confirm_forgot_password(code, OTHER_PASSWORD)

    with pytest.raises(ClientError, match=INCORRECT):
        user.authenticate(password=PASSWORD)
    user.authenticate(password=OTHER_PASSWORD)
    assert user.get_user().email == MAIL


def test_a_user_keeps_a_profile_proves_an_address_and_logs_out(server: Server) -> None:
    app = new_app(server)
    new_user(server, app, "ada", email=MAIL)
    user = cognito(server, app, "ada")
    user.authenticate(password=PASSWORD)
    access = user.access_token

    user.send_verification("email")
    user.validate_verification(server.code(app.pool_id, MAIL, "VerifyUserAttribute"), "email")
    user.update_profile({"given_name": "Ada", "family_name": "Lovelace"})
    known = user.get_user(attr_map={"given_name": "first_name"})
    user.logout()

    assert known.email_verified is True
    assert known.first_name == "Ada"
    assert known.family_name == "Lovelace"
    user.access_token = access
    with pytest.raises(ClientError, match="Access Token has been revoked"):
        user.get_user()


def test_the_calls_of_an_administrator_work(server: Server) -> None:
    app = new_app(server, client={"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]})
    admin = cognito(server, app, "ada")

    admin.admin_create_user("ada", PASSWORD, {"MessageAction": "SUPPRESS"}, email=MAIL, email_verified="true")
    server.boto3("cognito-idp").admin_set_user_password(
        UserPoolId=app.pool_id, Username="ada", Password=PASSWORD, Permanent=True
    )
    with pytest.raises(ClientError, match=INCORRECT):
        admin.admin_authenticate(WRONG_PASSWORD)
    admin.admin_authenticate(PASSWORD)
    admin.admin_update_profile({"nickname": "A"})

    assert admin.admin_get_user().nickname == "A"
    assert [user.email for user in admin.get_users()] == [MAIL]


def test_a_token_is_verified_and_one_of_another_pool_or_another_kind_is_not(server: Server) -> None:
    here, elsewhere = new_app(server), new_app(server)
    for app in (here, elsewhere):
        new_user(server, app, "ada")
    mine, theirs = cognito(server, here, "ada"), cognito(server, elsewhere, "ada")
    for user in (mine, theirs):
        user.authenticate(password=PASSWORD)

    with pytest.raises(IndexError):  # so pycognito says that no key of the JWKS signed it
        theirs.verify_token(mine.access_token, "access_token", "access")
    with pytest.raises(TokenVerificationException):
        mine.verify_token(mine.access_token, "id_token", "id")
    claims = mine.verify_token(mine.access_token, "access_token", "access")

    assert claims["username"] == "ada"
