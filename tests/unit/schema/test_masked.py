"""Whatever an employee asks for, no answer tells who a person is; the person itself sees it all."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from domain.viewer import Viewer
from resolvers import ids
from schema.root import build
from tests.fakes.requests import EMPLOYEE, client, request
from tests.graphql.operations import selection
from tests.unit.schema.account import CLIENT, SECRETS, account
from tests.unit.schema.test_declared import STEPS

TYPES = build()._schema.type_map
OBJECTS = {
    name: kind
    for name, kind in TYPES.items()
    if isinstance(kind, GraphQLObjectType) and not name.startswith("__") and name not in {"Query", "Mutation"}
}
EVERYTHING = selection(build()._schema, OBJECTS["Client"], 9)
WHOLE_ACCOUNT = f"query WholeAccount($id: ID!) {{ node(id: $id) {{ ... on Client {EVERYTHING} }} }}"
Shown = dict[tuple[str, str], set[str]]

OF_PAYMENTS = {"Payment", "PaymentMeans", "PaidInstalment", "PaidDeductible", "PaidRenewal"}
OF_RENEWALS = {"RenewalOffer", "WayToSave"}
OF_ACCOUNTS = {
    "Viewer",
    "UnavailableSource",
    "Session",
    "ContactChange",
    "GivenConsent",
    *OF_PAYMENTS,
    *OF_RENEWALS,
    *STEPS,
}
EMPTY: Final = {("ReminderList", "unavailable"), ("LifeValuation", "implausible")}
"""Fields with nothing to say while all is well."""

MASKED: Final = {
    ("PersonName", "last"),
    ("PersonName", "full"),
    ("ClientProfile", "birthDate"),
    ("InsuredPerson", "birthDate"),
    ("Contact", "value"),
    ("Vehicle", "vin"),
    ("Vehicle", "plate"),
    ("Vehicle", "bodyNumber"),
    ("Vehicle", "chassisNumber"),
    ("Property", "address"),
    ("ClaimEvent", "place"),
    ("ClaimEvent", "description"),
    ("TimelineEntry", "note"),
    ("ClaimMessage", "text"),
    ("ClaimFile", "fileName"),
    ("ClaimFile", "download"),
    ("PolicyDocument", "download"),
}
"""Fields that are not for employees, or not whole."""


async def whole_account(viewer: Viewer) -> Any:
    """Ask for all that can be reached from a client."""
    result = await build().execute(
        WHOLE_ACCOUNT, {"id": ids.encode("Client", CLIENT)}, context_value=request(account(), viewer)
    )
    assert result.errors is None
    assert result.data is not None
    return result.data["node"]


def shown(answer: Any) -> Shown:
    """Gather what each field showed, by type and field; an object as a dot, nothing not at all."""
    found: Shown = {}

    def walk(value: Any) -> None:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                for key, inner in each.items():
                    if key != "__typename" and inner not in (None, []):
                        note(each["__typename"], key.rpartition("_")[2], inner)
                    walk(inner)

    def note(kind: str, field: str, value: Any) -> None:
        is_leaf = is_leaf_type(get_named_type(OBJECTS[kind].fields[field].type))
        found.setdefault((kind, field), set()).add(str(value) if is_leaf else "·")

    walk(answer)
    return found


@pytest.fixture(scope="module")
def for_client() -> Any:
    return asyncio.run(whole_account(client(CLIENT)))


@pytest.fixture(scope="module")
def for_employee() -> Any:
    return asyncio.run(whole_account(EMPLOYEE))


@pytest.mark.parametrize("secret", SECRETS)
def test_the_client_reads_each_secret_and_an_employee_none(secret: str, for_client: Any, for_employee: Any) -> None:
    assert secret in json.dumps(for_client, ensure_ascii=False, default=str)
    assert secret not in json.dumps(for_employee, ensure_ascii=False, default=str)


def test_no_field_is_left_out_in_which_a_secret_could_hide(for_client: Any) -> None:
    filled = set(shown(for_client))

    everywhere = {(name, field) for name, kind in OBJECTS.items() for field in kind.fields}
    elsewhere = {each for each in everywhere if each[0] in OF_ACCOUNTS}
    assert everywhere - filled == EMPTY | elsewhere


def test_an_employee_reads_everything_else(for_client: Any, for_employee: Any) -> None:
    whole, covered = shown(for_client), shown(for_employee)

    differing = {each for each in whole if whole[each] != covered.get(each)}
    assert {each for each in differing if each[0] != "DownloadLink"} == MASKED
