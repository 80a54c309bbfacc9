"""Redirect addresses: what an app client may have the browser sent to."""

import pytest

from poolhouse.directory import redirects

GOOD = [
    "https://app.example.com",
    "https://app.example.com/callback?tenant=1",
    "https://app.example.com:8443/",
    "https://[2001:db8::1]/callback",
    "http://localhost",
    "http://localhost:3000/callback",
    "http://127.0.0.1:49152/",
    "http://[::1]:49152/callback",
    "myapp://example",
    "myapp:callback",
    "com.example.app:/oauth2redirect",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    f"https://app.example.com/{'a' * 1_000}",
]

BAD = [
    ("", "is not an absolute URI."),
    ("/callback", "is not an absolute URI."),
    ("app.example.com/callback", "is not an absolute URI."),
    ("//app.example.com/callback", "is not an absolute URI."),
    ("myapp:", "is not an absolute URI."),
    ("https://app.example.com/#", "cannot have a fragment."),
    ("https://app.example.com/#state", "cannot have a fragment."),
    ("https://*.example.com/", "cannot have a wildcard."),
    ("https://app.example.com/*", "cannot have a wildcard."),
    ("https:///callback", "must name a host and nothing before it."),
    ("https:app.example.com", "must name a host and nothing before it."),
    ("https://ada@app.example.com/", "must name a host and nothing before it."),
    ("https://app.example.com@evil.example/", "must name a host and nothing before it."),
    ("https://app.example.com\\@evil.example/", "is not a URI."),
    ("https://app.example.com:port/", "is not a URI."),
    ("https://[::1/", "is not a URI."),
    ("https://app.example.com/a b", "is not a URI."),
    ("https://app.example.com/\r\nSet-Cookie:a=b", "is not a URI."),
    ("https://app.example.com/callback\n", "is not a URI."),
    ("https://bücher.example/", "is not a URI."),
    ('https://app.example.com/"><script>', "is not a URI."),
    (f"https://app.example.com/{'a' * 1_024}", "is not a URI."),
    ("http://app.example.com/", "cannot use the HTTP protocol."),
    ("HTTP://app.example.com/", "cannot use the HTTP protocol."),
    ("http://localhost.example.com/", "cannot use the HTTP protocol."),
    ("http://127.0.0.2/", "cannot use the HTTP protocol."),
    ("http://192.168.1.50:5001/", "cannot use the HTTP protocol."),
    ("http://localhost@evil.example/", "must name a host and nothing before it."),
    ("javascript:alert(1)", "cannot use the javascript scheme."),
    ("JaVaScRiPt:alert(1)", "cannot use the javascript scheme."),
    ("data:text/html,hello", "cannot use the data scheme."),
    ("vbscript:x", "cannot use the vbscript scheme."),
    ("file:///etc/passwd", "cannot use the file scheme."),
    ("blob:https://app.example.com/1", "cannot use the blob scheme."),
]


@pytest.mark.parametrize("url", GOOD)
def test_an_address_of_an_application_has_no_fault(url):
    assert redirects.fault(url) == ""


@pytest.mark.parametrize(("url", "fault"), BAD)
def test_an_address_that_is_not_one_says_why(url, fault):
    assert redirects.fault(url) == fault
