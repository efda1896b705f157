"""Accounts of customers, put together: the database, passwords, tokens and limits behind the ports of the domain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from domain.accounts.ports import AccountPorts, Activation, Lifetimes
from domain.clock import Clock
from domain.models import ConsentPurpose
from domain.payments.ports import PaymentPorts
from domain.renewals.ports import RenewalPorts
from gateway.identity import opening
from gateway.identity.keys import SigningKey
from gateway.settings import AccountSettings, Settings
from gateway.sources.exchanges import Exchanges
from gateway.store.store import PostgresStore

__all__ = ["activation", "connect"]


@asynccontextmanager
async def connect(
    settings: Settings,
    key: SigningKey | None,
    store: PostgresStore | None,
    exchanges: Exchanges | None,
    clock: Clock,
    payments: PaymentPorts | None = None,
    renewals: RenewalPorts | None = None,
) -> AsyncIterator[AccountPorts | None]:
    """Open what accounts stand on; none where there is no key, no database or no Redis. Nothing is asked of them."""
    if key is None or store is None or exchanges is None:
        yield None
        return
    with opening.opened(settings, key, exchanges, clock) as identity:
        yield AccountPorts(
            store,
            identity.passwords,
            identity.tokens,
            identity.throttle,
            identity.pictures,
            lifetimes(settings.accounts),
            texts(settings.accounts),
            activation(settings.accounts),
            payments,
            renewals,
        )


def activation(settings: AccountSettings) -> Activation | None:
    """Return what activation links are made of, None where none are sent."""
    if settings.activation_url is None:
        return None
    return Activation(settings.activation_url, timedelta(seconds=settings.activation_s))


def lifetimes(settings: AccountSettings) -> Lifetimes:
    """Return how long things stay good, as the domain wants it said."""
    return Lifetimes(
        registration=timedelta(seconds=settings.registration_s),
        code=timedelta(seconds=settings.code_s),
        code_attempts=settings.code_attempts,
        refresh=timedelta(seconds=settings.refresh_s),
        session=timedelta(seconds=settings.session_s),
        again=timedelta(seconds=settings.refresh_again_s),
    )


def texts(settings: AccountSettings) -> Mapping[ConsentPurpose, str]:
    """Return the version of each consent's text that is in force."""
    return {
        ConsentPurpose.PERSONAL_DATA: settings.personal_data_text,
        ConsentPurpose.MARKETING: settings.marketing_text,
        ConsentPurpose.ELECTRONIC_DOCUMENTS: settings.electronic_documents_text,
    }
