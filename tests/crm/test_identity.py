"""Phones and WhatsApp addresses: every spelling of one person has one key."""

import pytest

from crm.identity import Address, AddressKind, parse_phone, pretty_phone, spellings, with_ninth_digit

JOAO = "5511988887777"


@pytest.mark.parametrize(
    "raw",
    [
        JOAO,
        f"{JOAO}@c.us",
        f"{JOAO}@s.whatsapp.net",
        f"{JOAO}:3@s.whatsapp.net",
        f"{JOAO}:41@c.us",
        f" {JOAO}@c.us ",
        "551188887777@c.us",
        "551188887777:3@s.whatsapp.net",
    ],
)
def test_every_spelling_of_a_person_has_one_key(raw: str) -> None:
    assert Address.parse(raw).kind is AddressKind.PERSON
    assert Address.parse(raw).key == JOAO


def test_the_address_keeps_the_spelling_whatsapp_uses() -> None:
    assert Address.parse("551188887777:3@s.whatsapp.net").jid == "551188887777@c.us"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("99887766554433@lid", AddressKind.HIDDEN),
        ("99887766554433:7@lid", AddressKind.HIDDEN),
        ("120363041234567890@g.us", AddressKind.GROUP),
        ("5511988887777-1400000000@g.us", AddressKind.GROUP),
        ("status@broadcast", AddressKind.OTHER),
        ("1234@broadcast", AddressKind.OTHER),
        ("120363041234567890@newsletter", AddressKind.OTHER),
        ("something@new", AddressKind.OTHER),
        ("", AddressKind.OTHER),
    ],
)
def test_what_is_no_person_is_told_apart(raw: str, kind: AddressKind) -> None:
    assert Address.parse(raw).kind is kind


def test_a_device_part_of_a_hidden_id_is_no_other_person() -> None:
    assert Address.parse("99887766554433:7@lid") == Address.parse("99887766554433@lid")


@pytest.mark.parametrize(
    ("digits", "canonical"),
    [
        ("551188887777", "5511988887777"),
        ("551161234567", "5511961234567"),
        ("551133334444", "551133334444"),  # a landline
        ("5511988887777", "5511988887777"),
        ("14155550123", "14155550123"),
        ("351912345678", "351912345678"),
        ("", ""),
    ],
)
def test_an_old_brazilian_mobile_gains_its_ninth_digit_and_nobody_else_does(digits: str, canonical: str) -> None:
    assert with_ninth_digit(digits) == canonical


def test_a_mobile_has_two_spellings_and_a_landline_one() -> None:
    assert spellings("5511988887777") == ("5511988887777", "551188887777")
    assert spellings("551133334444") == ("551133334444",)
    assert spellings("14155550123") == ("14155550123",)


@pytest.mark.parametrize(
    "typed",
    ["(11) 98888-7777", "11 8888 7777", "+55 11 98888-7777", "+55 (11) 8888-7777", "011 98888-7777", "11988887777"],
)
def test_a_typed_phone_is_understood(typed: str) -> None:
    assert parse_phone(typed) == JOAO


@pytest.mark.parametrize("typed", ["", "abc", "12", "+", "99999999999999999999"])
def test_what_is_no_phone_is_none(typed: str) -> None:
    assert parse_phone(typed) is None


def test_a_phone_is_written_as_people_write_it() -> None:
    assert pretty_phone(JOAO) == "+55 11 98888-7777"
    assert pretty_phone("99887766554433@lid") == "99887766554433@lid"
