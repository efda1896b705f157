"""Persons and their consents."""

from __future__ import annotations

from adapters.policy_core import wire
from adapters.policy_core.mapping import codes
from adapters.policy_core.mapping.values import code, day, flag, isn, optional, text
from domain import masking, models, numbers
from domain.errors import InvalidInput

__all__ = ["client", "found_client", "name"]


def client(record: wire.Client) -> models.Client:
    """Source: policy_core.xsd, Client."""
    return models.Client(
        isn=isn(record.isn, "Isn"),
        number=text(record.number, "Number"),
        name=name(record),
        birth_date=optional(day, record.birth_date, "BirthDate"),
        sex=None if record.sex is None else code(codes.SEXES, record.sex, "Sex"),
        phone=phone(record),
        email=email(record),
        consents=tuple(consent(each) for each in record.consent),
    )


def found_client(_asked: models.ClientLookup, record: wire.FoundClient) -> models.Isn:
    """Source: policy_core.xsd, FindClientResponse."""
    return isn(record.client_isn, "ClientIsn")


def name(record: wire.Client | wire.Participant | wire.Person) -> models.PersonName:
    """Source: policy_core.xsd, group PersonName."""
    return models.PersonName(
        last=text(record.last_name, "LastName"),
        first=text(record.first_name, "FirstName"),
        patronymic=record.middle_name,
    )


def phone(record: wire.Client) -> models.Contact | None:
    """Fold the phone that the client once wrote by hand."""
    if record.phone is None:
        return None
    try:
        value = numbers.phone(record.phone)
    except InvalidInput as broken:
        raise wire.Unreadable("Phone is not a phone") from broken
    confirmed = optional(flag, record.phone_confirmed, "PhoneConfirmed") or False
    return models.Contact(models.ContactKind.PHONE, value, masking.phone(value), confirmed)


def email(record: wire.Client) -> models.Contact | None:
    """Fold the e-mail."""
    if record.email is None:
        return None
    try:
        value = numbers.email(record.email)
    except InvalidInput as broken:
        raise wire.Unreadable("Email is not an e-mail") from broken
    confirmed = optional(flag, record.email_confirmed, "EmailConfirmed") or False
    return models.Contact(models.ContactKind.EMAIL, value, masking.email(value), confirmed)


def consent(record: wire.Consent) -> models.Consent:
    """Source: policy_core.xsd, Consent."""
    return models.Consent(
        purpose=code(codes.CONSENTS, record.purpose, "Purpose"),
        text_version=text(record.text_version, "TextVersion"),
        given_on=day(record.given_date, "GivenDate"),
        expires_on=optional(day, record.expiry_date, "ExpiryDate"),
        revoked_on=optional(day, record.revoked_date, "RevokedDate"),
    )
