"""Domains and looks as Terraform makes, reads, changes and destroys them: boto3 on a real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.directory.pictures import PNG, SVG
from tests.directory.style_settings import EVERYTHING
from tests.server import dev_server

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"


@pytest.fixture(scope="module")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("server")
    with dev_server(folder, "--sigv4", "verify") as server:
        yield server.boto3("cognito-idp")


@pytest.fixture
def pool(idp: Any) -> str:
    return str(idp.create_user_pool(PoolName="tf")["UserPool"]["Id"])


@pytest.fixture
def client(idp: Any, pool: str) -> str:
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="tf")
    return str(made["UserPoolClient"]["ClientId"])


def refusal(call: Any, **members: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**members)
    return str(refused.value.response["Error"]["Code"])


def test_a_prefix_domain_from_plan_to_destroy(idp: Any, pool: str) -> None:
    idp.create_user_pool_domain(Domain="tf-prefix", UserPoolId=pool)

    read = idp.describe_user_pool_domain(Domain="tf-prefix")["DomainDescription"]
    idp.update_user_pool_domain(Domain="tf-prefix", UserPoolId=pool, ManagedLoginVersion=2)
    again = idp.describe_user_pool_domain(Domain="tf-prefix")["DomainDescription"]
    assert (read["UserPoolId"], read["Status"], read["ManagedLoginVersion"]) == (pool, "ACTIVE", 1)
    assert again == read | {"ManagedLoginVersion": 2}
    assert refusal(idp.delete_user_pool, UserPoolId=pool) == "InvalidParameterException"

    idp.delete_user_pool_domain(Domain="tf-prefix", UserPoolId=pool)

    assert idp.describe_user_pool_domain(Domain="tf-prefix")["DomainDescription"] == {}
    idp.delete_user_pool(UserPoolId=pool)


def test_a_custom_domain_from_plan_to_destroy(idp: Any, pool: str) -> None:
    made = idp.create_user_pool_domain(
        Domain="login.tf.example", UserPoolId=pool, CustomDomainConfig={"CertificateArn": ARN}
    )

    read = idp.describe_user_pool_domain(Domain="login.tf.example")["DomainDescription"]
    assert read["CloudFrontDistribution"] == made["CloudFrontDomain"] == "localhost"
    assert read["CustomDomainConfig"] == {"CertificateArn": ARN}

    renewed = ARN.replace("0f8a", "1f8a")
    idp.update_user_pool_domain(
        Domain="login.tf.example", UserPoolId=pool, CustomDomainConfig={"CertificateArn": renewed}
    )
    changed = idp.describe_user_pool_domain(Domain="login.tf.example")["DomainDescription"]
    assert changed["CustomDomainConfig"] == {"CertificateArn": renewed}
    idp.delete_user_pool_domain(Domain="login.tf.example", UserPoolId=pool)


def test_a_classic_look_from_plan_to_destroy(idp: Any, pool: str, client: str) -> None:
    idp.create_user_pool_domain(Domain="tf-classic", UserPoolId=pool)
    css = ".label-customizable {font-weight: 400;}\n"

    idp.set_ui_customization(UserPoolId=pool, ClientId=client, CSS=css, ImageFile=PNG)
    read = idp.get_ui_customization(UserPoolId=pool, ClientId=client)["UICustomization"]
    assert (read["CSS"], read["ClientId"]) == (css, client)
    assert read["ImageUrl"].startswith("http://tf-classic.auth.localhost:")

    idp.set_ui_customization(UserPoolId=pool, ClientId=client)

    assert idp.get_ui_customization(UserPoolId=pool, ClientId=client)["UICustomization"] == {}


def test_a_style_with_every_setting_and_the_largest_image_comes_back_as_it_was_sent(
    idp: Any, pool: str, client: str
) -> None:
    large = PNG + b"\0" * (1_000_000 - len(PNG))  # in base64 more than the 1 MB of other operations
    logo = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": large}

    made = idp.create_managed_login_branding(
        UserPoolId=pool, ClientId=client, Settings=EVERYTHING, Assets=[logo]
    )["ManagedLoginBranding"]

    named = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    read = idp.describe_managed_login_branding(**named)["ManagedLoginBranding"]
    assert read["Settings"] == EVERYTHING
    assert read["Assets"] == [logo]
    icon = {"Category": "FAVICON_SVG", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG}
    changed = idp.update_managed_login_branding(**named, Assets=[icon])["ManagedLoginBranding"]
    assert changed["Assets"] == [icon, logo]
    assert changed["Settings"] == EVERYTHING
    idp.delete_managed_login_branding(**named)
    assert refusal(idp.describe_managed_login_branding, **named) == "ResourceNotFoundException"


def test_a_body_of_more_than_two_megabytes_is_refused_and_one_below_is_read(
    idp: Any, pool: str, client: str
) -> None:
    style = {"UserPoolId": pool, "ClientId": client}

    def images(*sizes: int) -> list[dict[str, Any]]:
        modes = ("LIGHT", "DARK", "DYNAMIC")
        return [
            {"Category": "FORM_LOGO", "ColorMode": mode, "Extension": "PNG", "Bytes": PNG + b"\0" * size}
            for mode, size in zip(modes, sizes, strict=False)
        ]

    code = refusal(idp.create_managed_login_branding, **style, Assets=images(900_000, 900_000))
    made = idp.create_managed_login_branding(**style, Assets=images(900_000, 600_000))

    assert code in ("SerializationException", "413")
    assert len(made["ManagedLoginBranding"]["Assets"]) == 2


def test_terms_from_plan_to_destroy(idp: Any, pool: str, client: str) -> None:
    links = {"cognito:default": "https://tf.example/terms", "cognito:japanese": "https://tf.example/ja"}
    made = idp.create_terms(
        UserPoolId=pool,
        ClientId=client,
        TermsName="terms-of-use",
        TermsSource="LINK",
        Enforcement="NONE",
        Links=links,
    )["Terms"]

    read = idp.describe_terms(UserPoolId=pool, TermsId=made["TermsId"])["Terms"]
    assert read == made
    assert read["Links"] == links
    (listed,) = idp.list_terms(UserPoolId=pool)["Terms"]
    assert listed["TermsId"] == made["TermsId"]
    idp.delete_terms(UserPoolId=pool, TermsId=made["TermsId"])
    assert idp.list_terms(UserPoolId=pool)["Terms"] == []
