"""Run by Alembic, with the connection that ``gateway.store.migrating`` made."""

from __future__ import annotations

from alembic import context

from gateway.store.comparing import OPTIONS

__all__: list[str] = []

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True, **OPTIONS)
with context.begin_transaction():
    context.run_migrations()
