"""Who may ask for what, as the schema says it: nothing is for everybody that is not named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type, is_abstract_type

from schema.access import Authenticated, RequiresScopes
from schema.root import build

SCHEMA = build()._schema
DEFINITION = "strawberry-definition"

OPEN_ROOT_FIELDS = {
    "Query.viewer",
    "Mutation.requestPictureCode",
    "Mutation.startRegistration",
    "Mutation.giveRegistrationPhone",
    "Mutation.giveRegistrationEmail",
    "Mutation.confirmRegistrationCode",
    "Mutation.answerControlQuestion",
    "Mutation.finishRegistration",
    "Mutation.openActivation",
    "Mutation.signIn",
    "Mutation.signInWithCode",
    "Mutation.startRecovery",
    "Mutation.confirmRecoveryCode",
    "Mutation.sendRecoveryCode",
    "Mutation.recoverWithoutPhone",
    "Mutation.answerRecoveryQuestion",
    "Mutation.finishRecovery",
    "Mutation.refreshTokens",
    "Mutation.signOut",
}
"""Entry points for everybody: registering, signing in and out, and to ask whether one is signed in."""

OPEN_TYPES = {
    "Viewer", "PictureCode", "PictureCodePayload", "RegistrationPayload", "StepProgress", "ControlQuestion",
    "Tokens", "SignInPayload", "InvalidField", "PictureWrong", "NotConfirmed", "WrongCode", "WrongAnswer", "StepOver",
    "CannotContinue", "AccountExists", "WrongSignIn", "TryLater",
    "NoAccount", "RecoveryPayload", "SignInChallenge",
}  # fmt: skip
"""Types that somebody who is not signed in can reach."""

SCOPES = {
    "Query.findClient": [["clients:find"]],
    "Mutation.prepareRegistration": [["accounts:prepare"]],
    "Mutation.lockAccount": [["accounts:lock"]],
    "Mutation.unlockAccount": [["accounts:lock"]],
}


def access(declared: Any) -> list[Authenticated | RequiresScopes]:
    definition = declared.extensions.get(DEFINITION)
    said = getattr(definition, "directives", None) or ()
    return [each for each in said if isinstance(each, Authenticated | RequiresScopes)]


def roots() -> Iterator[GraphQLObjectType]:
    yield from (each for each in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type) if each)


def reached(kind: GraphQLNamedType, seen: set[str]) -> set[str]:
    """Go to every type that no rule stands before."""
    for each in SCHEMA.get_possible_types(kind) if is_abstract_type(kind) else (kind,):
        if not isinstance(each, GraphQLObjectType) or each.name in seen or access(each):
            continue
        seen.add(each.name)
        for field in each.fields.values():
            if not access(field) and not access(get_named_type(field.type)):
                reached(get_named_type(field.type), seen)
    return seen


def test_every_root_field_says_who_may_ask_or_is_named_as_open() -> None:
    silent = {f"{root.name}.{name}" for root in roots() for name, field in root.fields.items() if not access(field)}
    assert silent == OPEN_ROOT_FIELDS


def test_nobody_reaches_more_types_than_these() -> None:
    seen: set[str] = set()
    for root in roots():
        reached(root, seen)
    assert seen - {root.name for root in roots()} == OPEN_TYPES


@pytest.mark.parametrize("name", ["Client", "Policy", "Claim", "LifeContract", "Session"])
def test_what_is_a_clients_own_says_so_itself(name: str) -> None:
    assert [type(each) for each in access(SCHEMA.type_map[name])] == [Authenticated]


def test_scopes_are_asked_for_here_and_nowhere_else() -> None:
    objects = [kind for kind in SCHEMA.type_map.values() if isinstance(kind, GraphQLObjectType)]
    found = {
        f"{kind.name}.{name}": each.scopes
        for kind in objects
        for name, field in kind.fields.items()
        for each in access(field)
        if isinstance(each, RequiresScopes)
    }
    assert found == SCOPES
    assert not [each for kind in objects for each in access(kind) if isinstance(each, RequiresScopes)]


def test_the_directives_are_printed_as_federation_names_them() -> None:
    printed = build().as_str()
    places = "on FIELD_DEFINITION | OBJECT | INTERFACE"
    assert f"directive @authenticated {places}\n" in printed
    assert f"directive @requiresScopes(scopes: [[String!]!]!) {places}\n" in printed
    assert '): Client @requiresScopes(scopes: [["clients:find"]])\n' in printed
