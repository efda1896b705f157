"""Offers to renew policies, and signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import models
from domain.accounts.models import AccountId
from domain.money import Money
from domain.renewals.models import (
    TAKEN,
    Alternative,
    OfferId,
    OfferState,
    RenewalOffer,
    Saving,
    Signature,
    WayToSave,
)
from domain.renewals.written import choice_of, money_of, written, written_money
from gateway.store.subjects import alone_with
from gateway.store.tables import renewal_offers, signatures

__all__ = ["PostgresRenewalOffers"]


@dataclass(frozen=True, slots=True)
class PostgresRenewalOffers:
    """``domain.renewals.ports.RenewalOffers`` within a transaction."""

    connection: AsyncConnection

    async def add(self, offer: RenewalOffer) -> bool:
        """Keep a new one; its number is given to it here. One that is kept already stays as it is."""
        added = await self.connection.execute(
            postgresql.insert(renewal_offers)
            .values({**_made(offer), **_state(offer)})
            .on_conflict_do_nothing(index_elements=[renewal_offers.c.id])
            .returning(renewal_offers.c.number)
        )
        return added.one_or_none() is not None

    async def shown(self, id_: OfferId) -> RenewalOffer | None:
        """Return an offer; nothing is locked."""
        return await self._one(select(renewal_offers).where(renewal_offers.c.id == id_))

    async def by_id(self, id_: OfferId) -> RenewalOffer | None:
        """Return an offer, its row locked until the block ends; its subject before it, as everywhere."""
        found = await self.shown(id_)
        if found is None:
            return None
        await alone_with(found.subject, self.connection)
        return await self._one(select(renewal_offers).where(renewal_offers.c.id == id_).with_for_update())

    async def taken(self, policy: models.Isn) -> RenewalOffer | None:
        """Return the offer by which a policy is renewed; nothing is locked."""
        is_taken = renewal_offers.c.state.in_(sorted(TAKEN))
        return await self._one(select(renewal_offers).where(renewal_offers.c.policy_isn == policy, is_taken))

    async def made(self, policy: models.Isn, account: AccountId) -> RenewalOffer | None:
        """Return the offer of an account that became a policy; nothing is locked."""
        is_meant = (renewal_offers.c.account_id == account) & (renewal_offers.c.new_policy_isn == policy)
        return await self._one(select(renewal_offers).where(is_meant).order_by(renewal_offers.c.number.desc()).limit(1))

    async def change(self, offer: RenewalOffer) -> None:
        """Write how far one has come. Raises: ``LookupError`` when there is none."""
        changed = await self.connection.execute(
            update(renewal_offers).where(renewal_offers.c.id == offer.id).values(_state(offer))
        )
        if changed.rowcount != 1:
            raise LookupError("no such offer")

    async def of_account(self, account: AccountId) -> Sequence[RenewalOffer]:
        """Return those of an account, the latest first."""
        query = select(renewal_offers).where(renewal_offers.c.account_id == account)
        found = await self.connection.execute(query.order_by(renewal_offers.c.number.desc()))
        return [_offer(row) for row in found]

    async def sign(self, signature: Signature) -> None:
        """Keep a signature, for good."""
        await self.connection.execute(
            insert(signatures).values(
                at=signature.at,
                account_id=signature.account,
                offer_id=signature.offer,
                phone=signature.phone,
                code_id=signature.code,
                document=signature.document,
                digest=signature.digest,
            )
        )

    async def _one(self, query: Select[Any]) -> RenewalOffer | None:
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else _offer(row)


def _made(offer: RenewalOffer) -> dict[str, Any]:
    """What never changes."""
    return {
        "id": offer.id,
        "account_id": offer.account,
        "client_isn": offer.client,
        "policy_isn": offer.policy,
        "policy_number": offer.policy_number,
        "product": offer.product,
        "choice": written(offer.choice),
        "quote_isn": offer.quote.isn,
        "premium": offer.premium.amount,
        "first_instalment": offer.first_instalment.amount,
        "currency": offer.premium.currency,
        "valid_until": offer.quote.valid_until,
        "starts_on": offer.starts_on,
        "ends_on": offer.ends_on,
        "ways": [_written_way(each) for each in offer.ways],
        "made_at": offer.made_at,
    }


def _state(offer: RenewalOffer) -> dict[str, Any]:
    return {
        "state": offer.state,
        "accepted_at": offer.accepted_at,
        "digest": offer.digest,
        "signed_at": offer.signed_at,
        "ended_at": offer.ended_at,
        "agreement_isn": offer.agreement,
        "new_policy_isn": offer.new_policy,
        "new_policy_number": offer.new_policy_number,
        "failure": offer.failure,
        "replaced_by": offer.replaced_by,
    }


def _written_way(way: WayToSave) -> dict[str, Any]:
    amount = way.alternative.amount
    return {
        "kind": way.alternative.kind.value,
        "choice": written(way.choice),
        "risk": way.alternative.risk,
        "amount": None if amount is None else written_money(amount),
        "quote": way.quote,
        "premium": written_money(way.premium),
        "saving": written_money(way.saving),
    }


def _way(found: Mapping[str, Any]) -> WayToSave:
    amount = None if found["amount"] is None else money_of(found["amount"])
    return WayToSave(
        Alternative(Saving(found["kind"]), choice_of(found["choice"]), found["risk"], amount),
        models.Isn(found["quote"]),
        money_of(found["premium"]),
        money_of(found["saving"]),
    )


def _offer(row: Row[Any]) -> RenewalOffer:
    return RenewalOffer(
        id=OfferId(row.id),
        number=row.number,
        account=AccountId(row.account_id),
        client=models.Isn(row.client_isn),
        policy=models.Isn(row.policy_isn),
        policy_number=models.PolicyNumber(row.policy_number),
        product=row.product,
        choice=choice_of(row.choice),
        quote=models.RenewalQuote(
            models.Isn(row.quote_isn),
            Money(row.premium, row.currency),
            Money(row.first_instalment, row.currency),
            row.valid_until,
            row.starts_on,
            row.ends_on,
        ),
        ways=tuple(_way(each) for each in row.ways),
        made_at=row.made_at,
        state=OfferState(row.state),
        accepted_at=row.accepted_at,
        digest=row.digest,
        signed_at=row.signed_at,
        ended_at=row.ended_at,
        agreement=None if row.agreement_isn is None else models.Isn(row.agreement_isn),
        new_policy=None if row.new_policy_isn is None else models.Isn(row.new_policy_isn),
        new_policy_number=row.new_policy_number,
        failure=row.failure,
        replaced_by=None if row.replaced_by is None else OfferId(row.replaced_by),
    )
