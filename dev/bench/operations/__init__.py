"""Every operation that is measured: the consumers' own, three that single out one part, three of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dev import queries
from dev.queries import Operation

__all__ = ["SCREENS", "load"]

FOLDER: Final = Path(__file__).parent
SCREENS: Final = ("home_screen", "policy_page", "claim_list", "life_page", "hundred_policies")
OWN: Final = {
    "own_name": "OwnName",
    "life_contracts": "LifeContracts",
    "valuation": "Valuation",
    "sign_in": "SignIn",
    "start_recovery": "StartRecovery",
    "start_payment": "StartPayment",
}


def load() -> dict[str, Operation]:
    """Return the operations by their files' names."""
    own = {
        file: Operation(file, name, (FOLDER / f"{file}.graphql").read_text(encoding="utf-8"), {})
        for file, name in OWN.items()
    }
    return {**queries.load(), **own}
