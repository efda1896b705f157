"""Where queries enter, and the schema as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers import accounts, claims, payments, renewals, root
from resolvers.use_cases import consents as kept_consents
from resolvers.use_cases import contact_changes as kept_changes
from schema.access import FIND_CLIENTS, SIGNED_IN
from schema.claim import Claim
from schema.client import Client, Viewer
from schema.consent import Consenting, GivenConsent
from schema.contact_change import ChangingContacts, ContactChange
from schema.fields import entry
from schema.life import LifeContract
from schema.marks import mark
from schema.node import Node
from schema.payment import Paying, Payment, PaymentMeans
from schema.policy import Policy
from schema.recovery import Recovering
from schema.registration import Registering
from schema.renewal import RenewalOffer, Renewing
from schema.repair import RepairStation
from schema.scalars import SCALARS
from schema.session import Session, SigningIn

__all__ = ["Query", "build"]


@strawberry.input(one_of=True, description="What a client is known by: exactly one of these.")
class ClientLookup:
    """Ways to know a client."""

    policy_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="Number of any policy of theirs, in any spelling."
    )
    phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="Phone; Russian unless it has a country code."
    )
    email: str | None = strawberry.field(default=strawberry.UNSET, description="E-mail address.")


def by_one(given: dict[str, Any]) -> dict[str, Any]:
    """Take the ways to know a client apart."""
    by: ClientLookup = given["by"]
    return {"policy_number": by.policy_number or None, "phone": by.phone or None, "email": by.email or None}


@strawberry.type(description="Everything that can be read.")
class Query:
    """Entry points."""

    viewer = entry(root.viewer, Viewer | None, description="Whoever is signed in; null when nobody is.")
    node = entry(
        root.node,
        Node | None,
        description="Object by global id; null when there is none that the viewer may see.",
        arguments={
            "global_id": Annotated[
                strawberry.ID, strawberry.argument(name="id", description="Global id of the object.")
            ]
        },
        access=SIGNED_IN,
    )
    nodes = entry(
        root.nodes_,
        list[Node | None] | None,
        description="Objects by global id, in their order.",
        arguments={
            "global_ids": Annotated[
                list[strawberry.ID], strawberry.argument(name="ids", description="Global ids, at most 100.")
            ]
        },
        access=SIGNED_IN,
    )
    policy = entry(
        root.policy,
        Policy | None,
        description="Policy by number; null when there is none that the viewer may see.",
        arguments={"number": Annotated[str, strawberry.argument(description="Number, in any spelling.")]},
        access=SIGNED_IN,
    )
    claim = entry(
        root.claim,
        Claim | None,
        description="Claim by number; null when there is none that the viewer may see.",
        arguments={"number": Annotated[str, strawberry.argument(description="Number of the case.")]},
        access=SIGNED_IN,
    )
    find_client = entry(
        root.find_client,
        Client | None,
        description="Client by what is known of them, for employees with the scope.",
        arguments={"by": Annotated[ClientLookup, strawberry.argument(description="What the client is known by.")]},
        arrange=by_one,
        access=FIND_CLIENTS,
    )
    sessions = entry(
        accounts.own_sessions,
        list[Session] | None,
        description="Sessions of the viewer that are not over.",
        access=SIGNED_IN,
    )
    contact_changes = entry(
        kept_changes.own,
        list[ContactChange] | None,
        description="Changes of the viewer's phone and e-mail that were accepted, the latest first.",
        access=SIGNED_IN,
    )
    consents = entry(
        kept_consents.own,
        list[GivenConsent] | None,
        description="Consents that the viewer gave in the account, the latest first, those taken back too.",
        access=SIGNED_IN,
    )
    payment_means = entry(
        payments.means,
        list[PaymentMeans] | None,
        description="Means of payment that the viewer let be remembered, the latest first.",
        access=SIGNED_IN,
    )
    payment = entry(
        payments.payment,
        Payment | None,
        description="Payment of the viewer by global id; null when there is none.",
        arguments={"id_": Annotated[strawberry.ID, strawberry.argument(name="id", description="Global id.")]},
        access=SIGNED_IN,
    )
    payments = entry(
        payments.own,
        list[Payment] | None,
        description="Payments of the viewer, the latest first: a hundred at most.",
        access=SIGNED_IN,
    )
    renewal_offer = entry(
        renewals.offer,
        RenewalOffer | None,
        description="Offer to renew a policy of the viewer by global id; null when there is none.",
        arguments={"id_": Annotated[strawberry.ID, strawberry.argument(name="id", description="Global id.")]},
        access=SIGNED_IN,
    )
    renewal_offers = entry(
        renewals.own,
        list[RenewalOffer] | None,
        description="Offers to renew policies of the viewer, the latest first.",
        access=SIGNED_IN,
    )
    repair_stations = entry(
        claims.repair_stations,
        list[RepairStation] | None,
        description="Workshops of a city that repair for the insurer.",
        arguments={"city": Annotated[str, strawberry.argument(description="City, in Russian.")]},
        access=SIGNED_IN,
    )


@strawberry.type(description="Everything that changes something.")
class Mutation(Registering, SigningIn, ChangingContacts, Consenting, Recovering, Paying, Renewing):
    """Entry points."""


def build(extensions: Sequence[Any] = ()) -> strawberry.Schema:
    """Build the schema. ``extensions`` are Strawberry's, given by whoever runs operations."""
    return mark(
        strawberry.Schema(
            Query,
            mutation=Mutation,
            types=[Client, Policy, Claim, LifeContract],
            extensions=list(extensions),
            config=StrawberryConfig(scalar_map=SCALARS),
        )
    )
