"""Clients and viewers."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain import models, viewer
from resolvers import clients, reminders, root
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, private
from schema.claim import Claim
from schema.fields import batched, computed
from schema.life import LifeContract
from schema.node import Node, global_id
from schema.pages import Connection
from schema.person import ClientProfile
from schema.policy import Policy
from schema.reminder import ReminderList
from schema.shown import shown

__all__ = ["Client", "Viewer"]


@shown(models.ClientRef, description="A customer: a person and all they hold.", keep=private(300), access=SIGNED_IN)
class Client(Node):
    """Client."""

    id = global_id("Client", "isn")
    profile = batched(clients.profile, ClientProfile | None, description="Name, contacts, consents.")
    policies = batched(
        clients.policies,
        Connection[Policy] | None,
        description="Policies, the latest to start first. One that could not be read is last, whatever the filter.",
        arguments={
            "lines": Annotated[
                list[models.Line] | None, strawberry.argument(description="Only these lines; all unless told.")
            ],
            "statuses": Annotated[
                list[models.PolicyStatus] | None,
                strawberry.argument(description="Only these states; all unless told."),
            ],
        },
        paged=True,
        keep=ASK_AGAIN,
    )
    claims = batched(
        clients.claims,
        Connection[Claim] | None,
        description=(
            "Claims on all policies, the latest event first. One that could not be read, or that is of a policy that "
            "could not be, is last, whatever the filter."
        ),
        arguments={
            "statuses": Annotated[
                list[models.ClaimStatus] | None,
                strawberry.argument(description="Only these states; all unless told."),
            ]
        },
        paged=True,
        keep=ASK_AGAIN,
    )
    reminders = batched(
        reminders.of_clients, ReminderList | None, description="What to do next, drawn from all systems."
    )
    life_contracts = batched(
        clients.life_contracts,
        list[LifeContract | None] | None,
        description=(
            "Life contracts, the first to mature first; one that could not be read is null, with an error, and last."
        ),
    )


@shown(viewer.Viewer, description="Whoever is signed in.", keep=private(300))
class Viewer:
    """Viewer."""

    kind: viewer.ViewerKind = strawberry.field(description="Customer or employee.")
    client: Client | None = computed(
        root.viewer_client, Client | None, description="The customer that the viewer is; null for employees."
    )
