"""boto3, unmodified: what an administrator does, end to end, on each store, and who may do it."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.clients.apps import EVERY_FLOW, OTHER_PASSWORD, PASSWORD, App, listed, new_app, new_user, plain
from tests.server import Server, dev_server, serve_server


@pytest.fixture
def server(server_on_each_store: Server) -> Server:
    return server_on_each_store


@pytest.fixture
def idp(server: Server) -> Any:
    return server.boto3("cognito-idp")


def admin_sign_in(idp: Any, app: App, name: str, password: str = PASSWORD) -> dict[str, Any]:
    answer: dict[str, Any] = idp.admin_initiate_auth(
        UserPoolId=app.pool_id,
        ClientId=app.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    return answer


def test_a_pool_is_made_described_changed_listed_and_deleted(idp: Any) -> None:
    made = idp.create_user_pool(
        PoolName="staff",
        UsernameAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}},
        Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
        UserPoolTags={"stage": "test"},
        DeletionProtection="ACTIVE",
    )["UserPool"]
    pool_id = made["Id"]

    idp.add_custom_attributes(
        UserPoolId=pool_id, CustomAttributes=[{"Name": "floor", "AttributeDataType": "Number"}]
    )
    described = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    with pytest.raises(idp.exceptions.InvalidParameterException, match="deletion protection"):
        idp.delete_user_pool(UserPoolId=pool_id)
    idp.update_user_pool(UserPoolId=pool_id, DeletionProtection="INACTIVE", AutoVerifiedAttributes=["email"])
    changed = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    idp.delete_user_pool(UserPoolId=pool_id)

    assert described["Arn"].endswith(f":userpool/{pool_id}")
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert {"custom:team", "custom:floor"} <= {entry["Name"] for entry in described["SchemaAttributes"]}
    assert described["CreationDate"].tzinfo is not None
    assert changed["DeletionProtection"] == "INACTIVE"
    assert changed["UsernameAttributes"] == ["email"]
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        idp.describe_user_pool(UserPoolId=pool_id)


def test_pools_are_listed_page_by_page_in_their_own_region(server: Server) -> None:
    here = server.boto3("cognito-idp", region_name="eu-west-1")
    elsewhere = server.boto3("cognito-idp", region_name="eu-west-2")
    made = {here.create_user_pool(PoolName=f"pool {n}")["UserPool"]["Id"] for n in range(3)}

    def ids(client: Any) -> list[str]:
        pages = client.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2})
        return [pool["Id"] for page in pages for pool in page["UserPools"]]

    listed_here = ids(here)

    assert sorted(listed_here) == sorted(made)
    assert all(pool_id.startswith("eu-west-1_") for pool_id in listed_here)
    assert ids(elsewhere) == []
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        elsewhere.describe_user_pool(UserPoolId=listed_here[0])
    for pool_id in made:
        here.delete_user_pool(UserPoolId=pool_id)


def test_a_client_is_made_described_changed_listed_and_deleted(server: Server, idp: Any) -> None:
    app = new_app(server, with_secret=True)
    of_app = {"UserPoolId": app.pool_id, "ClientId": app.client_id}

    described = idp.describe_user_pool_client(**of_app)["UserPoolClient"]
    changed = idp.update_user_pool_client(
        **of_app,
        ClientName="renamed",
        ExplicitAuthFlows=EVERY_FLOW,
        AccessTokenValidity=10,
        TokenValidityUnits={"AccessToken": "minutes"},
    )["UserPoolClient"]
    public = idp.create_user_pool_client(UserPoolId=app.pool_id, ClientName="public")["UserPoolClient"]
    pages = idp.get_paginator("list_user_pool_clients").paginate(
        UserPoolId=app.pool_id, PaginationConfig={"PageSize": 1}
    )
    names = {client["ClientName"] for page in pages for client in page["UserPoolClients"]}
    idp.delete_user_pool_client(**of_app)

    assert described["ClientSecret"] == app.client_secret
    assert changed["ClientSecret"] == app.client_secret
    assert "ClientSecret" not in public
    assert changed["AccessTokenValidity"] == 10
    assert names == {"renamed", "public"}
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        idp.describe_user_pool_client(**of_app)


def test_either_of_two_client_secrets_signs_in_until_the_old_one_goes(server: Server, idp: Any) -> None:
    old = new_app(server, with_secret=True)
    new_user(server, old, "ada")
    of_app = {"UserPoolId": old.pool_id, "ClientId": old.client_id}
    first = idp.list_user_pool_client_secrets(**of_app)["ClientSecrets"][0]["ClientSecretId"]
    added = idp.add_user_pool_client_secret(**of_app)["ClientSecretDescriptor"]
    new = App(old.pool_id, old.client_id, added["ClientSecretValue"])

    def sign_in(app: App) -> Any:
        hashed = {"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": app.secret_hash("ada")}
        return idp.initiate_auth(
            ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=hashed
        )["AuthenticationResult"]

    assert sign_in(old)["IdToken"]
    assert sign_in(new)["IdToken"]
    idp.delete_user_pool_client_secret(**of_app, ClientSecretId=first)

    assert sign_in(new)["IdToken"]
    with pytest.raises(idp.exceptions.NotAuthorizedException):
        sign_in(old)


def test_an_administrator_signs_a_user_in_and_out(server: Server, idp: Any) -> None:
    app = new_app(server)
    new_user(server, app, "ada", permanent=False)

    asked = admin_sign_in(idp, app, "ada")
    tokens = idp.admin_respond_to_auth_challenge(
        UserPoolId=app.pool_id,
        ClientId=app.client_id,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": OTHER_PASSWORD},
    )["AuthenticationResult"]
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"
    idp.admin_user_global_sign_out(UserPoolId=app.pool_id, Username="ada")

    with pytest.raises(idp.exceptions.NotAuthorizedException, match="Access Token has been revoked"):
        idp.get_user(AccessToken=tokens["AccessToken"])
    assert admin_sign_in(idp, app, "ada", OTHER_PASSWORD)["AuthenticationResult"]["IdToken"]


def test_an_administrator_confirms_changes_disables_and_deletes_a_user(server: Server, idp: Any) -> None:
    app = new_app(server)
    idp.sign_up(ClientId=app.client_id, Username="ada", Password=PASSWORD)
    ada = {"UserPoolId": app.pool_id, "Username": "ada"}

    idp.admin_confirm_sign_up(**ada)
    idp.admin_update_user_attributes(
        **ada,
        UserAttributes=listed({"email": "ada@example.com", "email_verified": "true", "nickname": "A"}),
    )
    idp.admin_delete_user_attributes(**ada, UserAttributeNames=["nickname"])
    known = idp.admin_get_user(**ada)
    idp.admin_disable_user(**ada)
    with pytest.raises(idp.exceptions.NotAuthorizedException, match=r"User is disabled\."):
        admin_sign_in(idp, app, "ada")
    idp.admin_enable_user(**ada)
    assert admin_sign_in(idp, app, "ada")["AuthenticationResult"]["IdToken"]
    idp.admin_delete_user(**ada)

    attributes = plain(known["UserAttributes"])
    attributes.pop("sub")
    assert attributes == {"email": "ada@example.com", "email_verified": "true"}
    assert known["UserStatus"] == "CONFIRMED"
    assert known["Enabled"]
    with pytest.raises(idp.exceptions.UserNotFoundException, match=r"User does not exist\."):
        idp.admin_get_user(**ada)


def test_a_password_that_an_administrator_resets_is_replaced_with_the_code(server: Server, idp: Any) -> None:
    app = new_app(server, client={"PreventUserExistenceErrors": "LEGACY"})  # gotcha 10
    new_user(server, app, "ada", email="ada@example.com", email_verified="true")

    idp.admin_reset_user_password(UserPoolId=app.pool_id, Username="ada")
    with pytest.raises(idp.exceptions.PasswordResetRequiredException):
        admin_sign_in(idp, app, "ada")
    sent = server.messages(app.pool_id, "ada@example.com")[-1]
    idp.confirm_forgot_password(
        ClientId=app.client_id, Username="ada", ConfirmationCode=sent["code"], Password=OTHER_PASSWORD
    )

    assert admin_sign_in(idp, app, "ada", OTHER_PASSWORD)["AuthenticationResult"]["IdToken"]


def test_an_invited_user_gets_the_temporary_password_by_mail(server: Server, idp: Any) -> None:
    app = new_app(server, UsernameAttributes=["email"])

    made = idp.admin_create_user(
        UserPoolId=app.pool_id,
        Username="ada@example.com",
        DesiredDeliveryMediums=["EMAIL"],
        UserAttributes=listed({"email": "ada@example.com", "email_verified": "true"}),
    )["User"]
    password = server.code(app.pool_id, "ada@example.com", "AdminCreateUser")
    asked = admin_sign_in(idp, app, "ada@example.com", password)

    assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert made["Username"] == plain(made["Attributes"])["sub"]
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_users_are_listed_page_by_page_and_found_by_a_filter(server: Server, idp: Any) -> None:
    app = new_app(server)
    for name in ("ada", "alan", "barbara", "grace", "hedy"):
        new_user(server, app, name, permanent=False, email=f"{name}@example.com")
    pages = idp.get_paginator("list_users").paginate(UserPoolId=app.pool_id, PaginationConfig={"PageSize": 2})

    names = [[user["Username"] for user in page["Users"]] for page in pages]
    everybody = sorted(name for page in names for name in page)
    beginning_with_a = idp.list_users(UserPoolId=app.pool_id, Filter='username ^= "a"')["Users"]
    one = idp.list_users(
        UserPoolId=app.pool_id, Filter='email = "hedy@example.com"', AttributesToGet=["email"]
    )["Users"]

    assert [len(page) for page in names] == [2, 2, 1]
    assert everybody == ["ada", "alan", "barbara", "grace", "hedy"]
    assert {user["Username"] for user in beginning_with_a} == {"ada", "alan"}
    assert [plain(user["Attributes"]) for user in one] == [{"email": "hedy@example.com"}]
    with pytest.raises(idp.exceptions.InvalidParameterException, match="Error while parsing filter"):
        idp.list_users(UserPoolId=app.pool_id, Filter="username")


def test_groups_hold_users_and_stand_in_their_tokens(server: Server, idp: Any) -> None:
    app = new_app(server)
    for name in ("ada", "bob", "eve"):
        new_user(server, app, name)
    pool = {"UserPoolId": app.pool_id}

    idp.create_group(**pool, GroupName="staff", Description="Who works here", Precedence=2)
    idp.create_group(**pool, GroupName="chess")
    for name, group in (("ada", "staff"), ("ada", "chess"), ("bob", "staff")):
        idp.admin_add_user_to_group(**pool, Username=name, GroupName=group)
    changed = idp.update_group(**pool, GroupName="staff", Precedence=1)["Group"]
    members = idp.get_paginator("list_users_in_group").paginate(
        **pool, GroupName="staff", PaginationConfig={"PageSize": 1}
    )
    groups = idp.get_paginator("list_groups").paginate(**pool, PaginationConfig={"PageSize": 1})
    of_ada = idp.get_paginator("admin_list_groups_for_user").paginate(**pool, Username="ada")

    assert changed["Precedence"] == 1
    assert {user["Username"] for page in members for user in page["Users"]} == {"ada", "bob"}
    assert {group["GroupName"] for page in groups for group in page["Groups"]} == {"staff", "chess"}
    assert {group["GroupName"] for page in of_ada for group in page["Groups"]} == {"staff", "chess"}
    idp.admin_remove_user_from_group(**pool, Username="ada", GroupName="chess")
    idp.delete_group(**pool, GroupName="chess")
    with pytest.raises(idp.exceptions.ResourceNotFoundException, match=r"Group not found\."):
        idp.get_group(**pool, GroupName="chess")
    with pytest.raises(idp.exceptions.GroupExistsException):
        idp.create_group(**pool, GroupName="staff")
    assert idp.get_group(**pool, GroupName="staff")["Group"]["GroupName"] == "staff"


def test_tags_are_put_read_and_taken_off(server: Server, idp: Any) -> None:
    arn = idp.create_user_pool(PoolName="tagged", UserPoolTags={"a": "1"})["UserPool"]["Arn"]

    idp.tag_resource(ResourceArn=arn, Tags={"b": "2", "c": "3"})
    idp.untag_resource(ResourceArn=arn, TagKeys=["a"])

    assert idp.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2", "c": "3"}


def test_sts_says_whose_key_it_is(server: Server) -> None:
    answer = server.boto3("sts").get_caller_identity()

    assert answer["Account"] == "000000000000"
    assert answer["Arn"].startswith("arn:aws:iam::000000000000:user/")
    assert answer["UserId"] == server.access_key_id


def test_where_signatures_are_checked_a_wrong_secret_administers_nothing(tmp_path: Path) -> None:
    with dev_server(tmp_path, "--no-demo", "--sigv4", "verify") as server:
        _check_signatures(server)


def test_serve_checks_signatures(tmp_path: Path) -> None:
    with serve_server(tmp_path) as server:
        _check_signatures(server)


def _check_signatures(server: Server) -> None:
    right = server.boto3("cognito-idp")
    wrong_secret = server.boto3("cognito-idp", aws_secret_access_key="x" * 40)
    unknown_key = server.boto3("cognito-idp", aws_access_key_id="AKIA" + "A" * 16)

    for client, code in (
        (wrong_secret, "InvalidSignatureException"),
        (unknown_key, "UnrecognizedClientException"),
    ):
        with pytest.raises(ClientError) as refused:
            client.create_user_pool(PoolName="never")
        assert refused.value.response["Error"]["Code"] == code
    assert right.create_user_pool(PoolName="made")["UserPool"]["Name"] == "made"
    names = [pool["Name"] for pool in right.list_user_pools(MaxResults=10)["UserPools"]]
    assert names == ["made"]
    assert server.boto3("sts").get_caller_identity()["Account"] == "000000000000"
    with pytest.raises(ClientError):
        server.boto3("sts", aws_secret_access_key="x" * 40).get_caller_identity()
