"""Code tables against the written contract."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator.readers import read_from_filename

import adapters.claims_core
from adapters.claims_core import mapping
from domain import models

CONTRACT = Path(adapters.claims_core.__file__).with_name("contract") / "openapi.yaml"


@pytest.mark.parametrize(
    "table, schema, field, meaning",
    [
        (mapping.CLAIM_STATES, "ClaimState", None, models.ClaimStatus),
        (mapping.REQUIREMENT_STATES, "Requirement", "state", models.RequirementState),
        (mapping.REPAIR_STATES, "Referral", "repairState", models.RepairProgress),
        (mapping.QUOTE_STATES, "Referral", "quoteState", models.QuoteState),
        (mapping.AUTHORS, "Message", "author", models.MessageAuthor),
    ],
)
def test_a_table_holds_every_code_of_the_contract_and_every_meaning_once(
    table: Mapping[str, StrEnum], schema: str, field: str | None, meaning: type[StrEnum]
) -> None:
    written: Any = read_from_filename(str(CONTRACT))[0]["components"]["schemas"][schema]
    codes = written["enum"] if field is None else written["properties"][field]["enum"]
    assert set(table) == set(codes)
    assert sorted(table.values()) == sorted(meaning)


def test_an_unknown_code_names_its_field_alone() -> None:
    with pytest.raises(mapping.Unknown, match=r"^unknown code in state$"):
        mapping.known(mapping.CLAIM_STATES, "Иванов Иван", "state")
