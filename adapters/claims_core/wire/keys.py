"""Which keys the contract allows; any other would be refused, or change the address it is put into."""

from __future__ import annotations

import re
from typing import Final

OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
FILE_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
CLAIM_NUMBER: Final = re.compile(r"CL-[0-9]{9}", re.ASCII)
TRANSACTION_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
BILL_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)
POLICY_NUMBER: Final = re.compile(r"[0-9A-Z]{1,32}", re.ASCII)


def is_object_id(text: str) -> bool:
    """Whether a claim can have this id at all; any other would change the address it is put into."""
    return OBJECT_ID.fullmatch(text) is not None


def is_file_id(text: str) -> bool:
    """Whether an uploaded file can have this id."""
    return FILE_ID.fullmatch(text) is not None


def is_claim_number(text: str) -> bool:
    """Whether a claim can have this number."""
    return CLAIM_NUMBER.fullmatch(text) is not None


def is_policy_number(text: str) -> bool:
    """Whether the system takes this text for a policy number."""
    return POLICY_NUMBER.fullmatch(text) is not None


def is_transaction_id(text: str) -> bool:
    """Whether a write can have this id; ours are longer than the contract asks and shorter than it allows."""
    return TRANSACTION_ID.fullmatch(text) is not None


def is_bill_number(text: str) -> bool:
    """Whether a bill can have this number."""
    return BILL_NUMBER.fullmatch(text) is not None
