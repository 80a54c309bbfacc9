"""The library: who signed a request, and what they may do."""

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.authorizer.signing import (
    ACCOUNT,
    ALL_OF_S3,
    BUCKET,
    IDENTITY,
    KEY,
    LASTING_ID,
    LASTING_SECRET,
    NOW,
    OWN,
    ROLE,
    SESSION_ARN,
    TEMPORARY_ID,
    TEMPORARY_SECRET,
    bundle,
    chunked,
    credentials,
    session,
    signed,
    token,
    verifier,
)

from poolhouse.authorizer.sigv4 import (
    Asked,
    BadToken,
    Credentials,
    Denied,
    ExpiredToken,
    Key,
    UnknownKey,
    answers,
    s3,
)
from poolhouse.authorizer.sigv4.credentials import BundleFile
from poolhouse.crypto.session_tokens import VerifyingKey
from poolhouse.policies.reading import MalformedPolicy
from poolhouse.ports import HOUR, MINUTE, SECOND

LASTING = (LASTING_ID, LASTING_SECRET)


def test_temporary_credentials_are_known_without_a_store() -> None:
    verified = verifier().verify(signed(), address="192.0.2.7")

    assert verified.principal.arn == SESSION_ARN
    assert verified.principal.user_id == f"{ROLE.role_id}:CognitoIdentityCredentials"
    assert verified.principal.keys["cognito-identity.amazonaws.com:sub"] == (IDENTITY,)
    assert verified.keys["aws:SourceIp"] == ("192.0.2.7",)
    assert verified.keys["aws:SecureTransport"] == ("true",)
    assert verified.keys["aws:CurrentTime"] == ("2026-01-01T00:06:00Z",)
    assert verified.keys["s3:authType"] == ("REST-HEADER",)


def test_lasting_keys_are_the_applications_own() -> None:
    verified = verifier().verify(signed(key=LASTING))

    assert verified.principal.arn == f"arn:aws:iam::{ACCOUNT}:user/backup"
    verified.demand(s3.actions(signed(key=LASTING, target="/anything/at/all")))


def test_everybody_has_what_the_policies_give_and_nothing_else() -> None:
    mine = verifier().verify(signed())
    own, other = f"arn:aws:s3:::{BUCKET}/private/{IDENTITY}/a", f"arn:aws:s3:::{BUCKET}/private/other/a"

    mine.demand([Asked("s3:PutObject", own)])
    with pytest.raises(Denied) as refused:
        mine.demand([Asked("s3:PutObject", own), Asked("s3:GetObject", other)])
    assert refused.value.message == (
        f'User: {SESSION_ARN} is not authorized to perform: s3:GetObject on resource: "{other}" '
        "because no identity-based policy allows the s3:GetObject action"
    )
    with pytest.raises(Denied):
        mine.demand([])


def test_a_session_policy_takes_away() -> None:
    reading = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'
    )
    own = f"arn:aws:s3:::{BUCKET}/private/{IDENTITY}/a"

    mine = verifier().verify(signed(session_token=token(policies=(reading,))))

    mine.demand([Asked("s3:GetObject", own)])
    with pytest.raises(Denied, match="because no session policy allows the s3:PutObject action"):
        mine.demand([Asked("s3:PutObject", own)])


def test_a_managed_policy_that_is_gone_allows_nothing() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/all"
    request = signed(session_token=token(policy_arns=(arn,)))
    own = Asked("s3:GetObject", f"arn:aws:s3:::{BUCKET}/private/{IDENTITY}/a")
    everything = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'

    verifier(bundle(managed={arn: everything})).verify(request).demand([own])
    with pytest.raises(Denied):
        verifier().verify(request).demand([own])


def test_whose_sessions_were_revoked_is_refused() -> None:
    everybody = dataclasses.replace(ROLE, revoked_before=NOW)
    before, after = NOW, NOW - 2 * SECOND

    for document in (
        bundle([everybody]),
        bundle([dataclasses.replace(ROLE, role_id="AROAANOTHERANOTHER001")]),
        bundle([]),
        bundle(revoked={("identity", IDENTITY): before}),
        bundle(revoked={("identity of role", f"{ROLE.role_id} {IDENTITY}"): before}),
    ):
        with pytest.raises(ExpiredToken):
            verifier(document).verify(signed())
    verifier(bundle(revoked={("identity", IDENTITY): after})).verify(signed())


def test_sessions_of_access_keys_need_their_key() -> None:
    changes = {"kind": "user", "principal": "backup", "principal_id": LASTING_ID, "name": ""}
    own = Asked("s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/x")

    verifier().verify(signed(session_token=token(**changes))).demand([own])
    with pytest.raises(UnknownKey):
        verifier().verify(signed(session_token=token(**changes | {"principal_id": "AKIAGONE"})))


def test_a_session_ends_to_the_second() -> None:
    request = signed(at=NOW + HOUR)

    verifier(now=NOW + HOUR - 1).verify(request)
    with pytest.raises(ExpiredToken):
        verifier(now=NOW + HOUR).verify(request)


def test_a_bundle_without_verifier_keys_verifies_no_request() -> None:
    public = bundle(key=VerifyingKey(KEY.verifying.public))

    verifier(bundle(key=KEY.verifying)).verify(signed())
    with pytest.raises(BadToken):
        verifier(public).verify(signed())


def test_without_a_bundle_there_are_lasting_keys_only() -> None:
    alone = Credentials({LASTING_ID: Key(LASTING_SECRET, "backup", [ALL_OF_S3])})

    assert alone.holder(LASTING_ID, None, NOW).secret == LASTING_SECRET
    with pytest.raises(BadToken):
        alone.holder(TEMPORARY_ID, token(), NOW)
    with pytest.raises(UnknownKey):
        alone.holder(TEMPORARY_ID, None, NOW)


def test_a_bundle_in_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path, clock = tmp_path / "verifier.json", [100.0]
    path.write_bytes(bundle())
    file = BundleFile(path, lambda: clock[0])
    assert file.current().role_of(session()) is not None

    path.write_bytes(bundle(revoked={("identity", IDENTITY): NOW}))
    clock[0] += 1.0

    assert file.current().role_of(session()) is None


def test_a_bundle_that_is_broken_meanwhile_changes_nothing(tmp_path: Path) -> None:
    path, clock = tmp_path / "verifier.json", [100.0]
    path.write_bytes(bundle())
    file = BundleFile(path, lambda: clock[0])

    for broken in (b"{", b""):
        path.write_bytes(broken)
        clock[0] += 1.0
        assert file.current().role_of(session()) is not None
    path.unlink()
    clock[0] += 1.0
    assert file.current().role_of(session()) is not None


def test_what_is_no_bundle_and_no_policy_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "verifier.json").write_text("{}")

    for bad in (b"{}", tmp_path / "verifier.json"):
        with pytest.raises(ValueError, match="This is not a verifier"):
            Credentials(bundle=bad)
    with pytest.raises(OSError, match="nothing"):
        Credentials(bundle=tmp_path / "nothing.json")
    with pytest.raises(MalformedPolicy):
        Credentials({"AKIA": Key("secret", "backup", [{"Statement": []}])})


def test_no_secret_is_in_a_text_form() -> None:
    holder = credentials().holder(TEMPORARY_ID, token(), NOW)

    for shown in (repr(holder), repr(Key(LASTING_SECRET, "backup", [])), repr(verifier().verify(signed()))):
        assert TEMPORARY_SECRET not in shown
        assert LASTING_SECRET not in shown


def test_clocks_may_differ_by_what_is_allowed() -> None:
    early, late = signed(at=NOW - 15 * MINUTE), signed(at=NOW + 15 * MINUTE)

    for request in (early, late):
        verifier(skew=900).verify(request)


def test_a_body_goes_through_piece_by_piece_and_is_verified_by_then() -> None:
    request = chunked([b"first", b"second"])
    head = verifier().verify_head(replace(request, body=b""))

    assert head.body is not None
    assert head.body.length == 11
    out = head.body.feed(request.body[:90]) + head.body.feed(request.body[90:]) + head.body.end()

    assert out == b"firstsecond"


def test_other_services_need_the_whole_body() -> None:
    request = signed("POST", "/model/x/invoke", body=b'{"a": 1}', service="bedrock")
    verifier(service="bedrock").verify(request)

    with pytest.raises(ValueError, match="the whole body"):
        verifier(service="bedrock").verify_head(request)


def test_refusals_are_answers_of_the_service() -> None:
    refused = Denied('User: "a\x00<b>"')

    xml = answers.of(refused, is_s3=True, request_id="r-1")
    told = answers.of(UnknownKey(), is_s3=False, request_id="r-1")

    assert xml.status == 403
    assert xml.headers["content-type"] == "application/xml"
    assert xml.body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        '<Message>User: "a\ufffd&lt;b&gt;"</Message><RequestId>r-1</RequestId></Error>'
    )
    assert (told.status, told.headers["x-amzn-errortype"]) == (403, "UnrecognizedClientException")
    assert told.body == (
        b'{"__type": "UnrecognizedClientException", '
        b'"message": "The security token included in the request is invalid."}'
    )
    assert answers.of(refused, is_s3=True, method="HEAD").body == b""


def test_an_empty_body_in_the_coding_is_a_body() -> None:
    assert verifier().verify(chunked([])).principal.arn == SESSION_ARN


def test_a_path_may_be_encoded_in_any_way_that_means_the_same() -> None:
    request = signed(target=f"{OWN}/a%20b%2Bc")

    verifier().verify(request)
    verifier().verify(replace(request, path=request.path.replace("%2B", "%2b")))
