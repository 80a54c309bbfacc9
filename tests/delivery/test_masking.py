"""Masked addresses: enough to recognise one's own, not enough to learn another's."""

import pytest

from poolhouse.delivery.masking import masked


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("john@gmail.com", "j***@g***"),
        ("t@t.example", "t***@t***"),
        ('"a@b"@example.com', '"***@e***'),
        ("ärzte@example.com", "ä***@e***"),
    ],
)
def test_an_email_shows_the_first_letter_of_its_two_parts(address, shown):
    assert masked("email", address) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+12065551234", "+*******1234"),
        ("+919876541234", "+********1234"),
        ("+46701740611", "+*******0611"),
        ("+1234", "+****"),
        ("+12345", "+*2345"),
    ],
)
def test_a_phone_number_shows_its_last_four_digits(number, shown):
    assert masked("phone_number", number) == shown
