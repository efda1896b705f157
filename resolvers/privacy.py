"""Personal data at the leaves: whole for clients, who reach only their own graph; covered for employees.

Every field that shows a person is computed here, so it is masked whichever path led to it. "Employees" below are those
without a disclosure; for one with it the context notes each object that was shown whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import masking, models

if TYPE_CHECKING:
    from datetime import date

    from resolvers.context import Context

__all__ = [
    "address",
    "birth_date",
    "body_number",
    "chassis_number",
    "contact_value",
    "event_description",
    "event_place",
    "file_name",
    "message_text",
    "name",
    "plate",
    "timeline_note",
    "vin",
]

Named = models.Client | models.Participant | models.InsuredPerson | models.Beneficiary


def name(person: Named, ctx: Context) -> models.PersonName:
    """Name of a person, the surname covered for employees."""
    return person.name if ctx.shows(person) else masking.name(person.name)


def birth_date(person: models.Client | models.InsuredPerson, ctx: Context) -> date | None:
    """Birth date, hidden from employees."""
    return person.birth_date if ctx.shows(person) else None


def contact_value(contact: models.Contact, ctx: Context) -> str | None:
    """Phone or e-mail in full, hidden from employees."""
    return contact.value if ctx.shows(contact) else None


def vin(vehicle: models.Vehicle, ctx: Context) -> str | None:
    """VIN."""
    return covered(vehicle.vin, vehicle, ctx)


def body_number(vehicle: models.Vehicle, ctx: Context) -> str | None:
    """Body number."""
    return covered(vehicle.body_number, vehicle, ctx)


def chassis_number(vehicle: models.Vehicle, ctx: Context) -> str | None:
    """Chassis number."""
    return covered(vehicle.chassis_number, vehicle, ctx)


def plate(vehicle: models.Vehicle, ctx: Context) -> str | None:
    """Number plate."""
    if vehicle.plate is None or ctx.shows(vehicle):
        return vehicle.plate
    return masking.plate(vehicle.plate)


def address(property_: models.Property, ctx: Context) -> str | None:
    """Address of insured property, hidden from employees."""
    return property_.address if ctx.shows(property_) else None


def event_place(event: models.ClaimEvent, ctx: Context) -> str | None:
    """Where it happened, hidden from employees."""
    return event.place if ctx.shows(event) else None


def event_description(event: models.ClaimEvent, ctx: Context) -> str | None:
    """Free text of the customer, which may name people; hidden from employees."""
    return event.description if ctx.shows(event) else None


def file_name(file: models.ClaimFile, ctx: Context) -> str:
    """Name that a customer gave to a file, which may name people; its ending alone for employees."""
    return file.file_name if ctx.shows(file) else masking.file_name(file.file_name)


def timeline_note(entry: models.TimelineEntry, ctx: Context) -> str | None:
    """Free text of the case, hidden from employees."""
    return entry.note if ctx.shows(entry) else None


def message_text(message: models.ClaimMessage, ctx: Context) -> str | None:
    """Free text of a message, hidden from employees."""
    return message.text if ctx.shows(message) else None


def covered(identifier: str | None, thing: object, ctx: Context) -> str | None:
    """Identifier of a thing that leads to a person: its tail alone for employees."""
    return identifier if identifier is None or ctx.shows(thing) else masking.tail(identifier)
