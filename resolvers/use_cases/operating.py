"""What an operator decides about a command, and what follows for what it was for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from domain.errors import Refused
from domain.outbox.models import CommandAction, CommandKind
from domain.payments.models import Payment
from resolvers.use_cases import contact_steps
from resolvers.use_cases.payments import declining
from resolvers.use_cases.renewals import declining as agreements

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork

__all__ = ["DROPPED", "act"]

DROPPED: Final = "DROPPED"
"""Why the owner of a command that an operator gave up does not get what it was for."""

Decline = Callable[["UnitOfWork", "UUID", Refused, "datetime"], Awaitable[object]]

DECLINES: Final[Mapping[CommandKind, Decline]] = {
    CommandKind.UPDATE_CONTACTS: contact_steps.declined,
    CommandKind.CREATE_BILL: declining.given_up,
    CommandKind.OPEN_ONLINE_BILL: declining.given_up,
    CommandKind.CHARGE_ORDER: declining.uncharged,
    CommandKind.CONFIRM_PAYMENT: declining.unconfirmed,
    CommandKind.RECORD_DEDUCTIBLE: declining.unrecorded,
    CommandKind.CREATE_AGREEMENT: agreements.not_agreed,
}
"""What becomes of the owner of a command that will never be done."""


async def act(
    store: Store,
    number: int,
    action: CommandAction,
    by: str,
    reason: str,
    at: datetime,
    alarm: Callable[[Payment], None],
) -> bool:
    """Have a command tried now that is dead or waits, or give it up for good. Returns whether there was one.

    ``alarm`` hears of a payment that is stopped thereby. Raises: ``StoreUnavailable``.
    """
    after: object = None
    async with store.work() as work:
        command = await work.commands.act(number, action, by, reason, at)
        if command is not None and action is CommandAction.DROP:
            after = await DECLINES[command.kind](work, command.owner, Refused(DROPPED), at)
    if isinstance(after, Payment) and after.needs_a_person:
        alarm(after)
    return command is not None
