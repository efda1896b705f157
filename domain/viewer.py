"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.models import Isn

__all__ = ["FIND_CLIENTS", "LOCK_ACCOUNTS", "PERSONAL_DATA", "PREPARE_ACCOUNTS", "Viewer", "ViewerKind"]

PERSONAL_DATA: Final = "personal-data:read"
"""The scope with which an employee may be shown personal data, for a stated reason."""
FIND_CLIENTS: Final = "clients:find"
"""The scope of employees who look up who a customer is."""
LOCK_ACCOUNTS: Final = "accounts:lock"
"""The scope of employees who close a customer's account and open it again."""
PREPARE_ACCOUNTS: Final = "accounts:prepare"
"""The scope of employees who begin an account for a customer."""


class ViewerKind(StrEnum):
    """Kinds of people who sign in."""

    CLIENT = "CLIENT"
    EMPLOYEE = "EMPLOYEE"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person.

    ``subject`` is the account, as the token names it. ``client_isn`` is the customer's own ISN, None for employees.
    ``session`` is the sign-in that the token came of, if its issuer says: one person is the same viewer in all of
    theirs, so it counts for nothing when viewers are compared. ``scopes`` are what an employee's token
    allows, none for customers, and count as little.
    """

    kind: ViewerKind
    subject: str
    client_isn: Isn | None = None
    session: str | None = field(default=None, compare=False)
    scopes: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def is_employee(self) -> bool:
        """Whether the viewer works for the insurer."""
        return self.kind is ViewerKind.EMPLOYEE

    @property
    def may_read_personal_data(self) -> bool:
        """Whether personal data is shown to this employee, given a reason; clients need none for their own."""
        return self.has(PERSONAL_DATA)

    def has(self, scope: str) -> bool:
        """Return whether the viewer is an employee with a scope: customers have none, whatever their token says."""
        return self.is_employee and scope in self.scopes
