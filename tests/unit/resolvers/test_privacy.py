"""Personal data at the leaves: whole for the person, covered for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import models
from resolvers import privacy
from resolvers.context import Context
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request

VEHICLE = models.Vehicle("LADA", "Vesta", 2021, "XTAGFL110MY123456", "А123ВС77", "XTAGFL110", "CH-77")
FLAT = models.Property("квартира", "Казань, ул. Баумана, 7", None)
PERSON = objects.client()
CONTACT = models.Contact(models.ContactKind.PHONE, "+79161234567", "+7 *** ***-45-67", confirmed=True)
FILE = models.ClaimFile(models.ClaimFileKey(models.ClaimId("c1"), "f1"), "Калинина.pdf", "application/pdf", 1, NOW)
EVENT = models.ClaimEvent(NOW, "Казань", "Въехал сосед Иванов")
NOTED = models.TimelineEntry(NOW, models.ClaimStatus.REGISTERED, "Звонила Калинина")
MESSAGE = objects.message(text="Ольга Петровна, ждём вас")

LEAVES: dict[str, tuple[Callable[[Any, Context], Any], Any, Any, Any]] = {
    "name": (privacy.name, PERSON, PERSON.name, models.PersonName("К.", "Ольга", "Петровна")),
    "birth date": (privacy.birth_date, PERSON, date(1984, 2, 29), None),
    "contact": (privacy.contact_value, CONTACT, "+79161234567", None),
    "VIN": (privacy.vin, VEHICLE, "XTAGFL110MY123456", "*************3456"),
    "plate": (privacy.plate, VEHICLE, "А123ВС77", "А***ВС77"),
    "body number": (privacy.body_number, VEHICLE, "XTAGFL110", "*****L110"),
    "chassis number": (privacy.chassis_number, VEHICLE, "CH-77", "***77"),
    "address": (privacy.address, FLAT, "Казань, ул. Баумана, 7", None),
    "place": (privacy.event_place, EVENT, "Казань", None),
    "description": (privacy.event_description, EVENT, "Въехал сосед Иванов", None),
    "note": (privacy.timeline_note, NOTED, "Звонила Калинина", None),
    "message": (privacy.message_text, MESSAGE, "Ольга Петровна, ждём вас", None),
    "file name": (privacy.file_name, FILE, "Калинина.pdf", "***.pdf"),
}


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_client_sees_it_whole(leaf: str) -> None:
    show, owner, whole, _ = LEAVES[leaf]

    assert show(owner, request(FakeReads(), client(1))) == whole


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("viewer", [EMPLOYEE, None])
def test_everybody_else_sees_it_covered(viewer: Any, leaf: str) -> None:
    show, owner, _, covered = LEAVES[leaf]

    assert show(owner, request(FakeReads(), viewer)) == covered


def test_every_leaf_is_tried_here() -> None:
    shown = {show.__name__ for show, *_ in LEAVES.values()}

    assert shown == set(privacy.__all__)


@pytest.mark.parametrize("show", [privacy.vin, privacy.plate, privacy.body_number, privacy.chassis_number])
@pytest.mark.parametrize("viewer", [client(1), EMPLOYEE])
def test_what_is_not_on_record_stays_unknown(viewer: Any, show: Callable[[Any, Context], Any]) -> None:
    bare = replace(VEHICLE, vin=None, plate=None, body_number=None, chassis_number=None)

    assert show(bare, request(FakeReads(), viewer)) is None
