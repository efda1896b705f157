"""A customer changes and sees only their own: every argument of every mutation is tried with a stranger's keys.

Mutations and arguments come from the schema. Each is run with values that get it through for who tries, but for one
that belongs to somebody else; a mutation or an argument without values of its own here fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest
from graphql import GraphQLField, GraphQLInputObjectType, get_named_type

from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from schema.root import build
from tests.graphql.accounts import CODE, STRANGER, VICTIM, Customer, Town
from tests.graphql.operations import selection
from tests.graphql.test_strangers import leaves
from tests.modes import Execution

DEPTH: Final = 4
EXECUTION: Final = Execution(build())
EMPLOYEE: Final = Viewer(ViewerKind.EMPLOYEE, "desk", scopes=frozenset({"accounts:prepare", "accounts:lock"}))

CHOICE: Final = {
    "coverages": [{"riskCode": "DAMAGE", "sumInsured": "1500000.00"}],
    "instalmentCount": 2,
    "driverIds": [ids.encode("Driver", 7)],
}

Values = dict[str, Any]


def values(who: Customer) -> dict[str, Values]:
    """Mutation -> what gets it through for a customer, or for an employee about that customer."""
    known = who.known
    picture = {"pictureId": "a picture", "pictureCode": "123456"}
    consent = {"purpose": "PERSONAL_DATA", "textVersion": "v3"}
    own: dict[str, Values] = {
        "requestPictureCode": {},
        "startRegistration": {**picture, "policyNumber": known["policyNumber"], "fullName": known["fullName"]},
        "prepareRegistration": {"clientId": known["clientId"], "phone": who.phone, "email": who.email},
        "openActivation": {},
        "giveRegistrationPhone": {"phone": who.phone},
        "giveRegistrationEmail": {"email": who.email},
        "confirmRegistrationCode": {"code": CODE},
        "answerControlQuestion": {"answer": "1984"},
        "finishRegistration": {"password": who.password, "consents": [consent]},
        "signIn": {"login": who.email, "password": who.password},
        "refreshTokens": {"refreshToken": who.token_of("refreshTokens")},
        "signOut": {},
        "endSession": {"id": known["id"]},
        "changeContact": {
            "key": f"change of {who.isn}",
            "contact": {"email": f"new.{who.email}"},
            "password": who.password,
            "oldIsLost": False,
        },
        "confirmContactChange": {
            "key": f"codes of {who.isn}",
            "changeId": known["changeId"],
            "newCode": CODE,
            "oldCode": CODE,
        },
        "giveConsent": {"key": f"consent of {who.isn}", **consent},
        "revokeConsent": {"key": f"second thoughts of {who.isn}", "purpose": "MARKETING"},
        "signInWithCode": {"challenge": who.token_of("signInWithCode"), "code": CODE},
        "setTwoStep": {"password": who.password, "isOn": True},
        "changePassword": {"oldPassword": who.password, "newPassword": "семь лиловых слонов"},
        "startRecovery": {**picture, "login": who.email},
        "confirmRecoveryCode": {"code": CODE},
        "sendRecoveryCode": {},
        "recoverWithoutPhone": {},
        "answerRecoveryQuestion": {"answer": "1984"},
        "finishRecovery": {"password": "семь лиловых слонов"},
        "startPayment": {
            "key": f"payment of {who.isn}",
            "payable": {"instalment": {"policyId": known["policyId"], "number": 1}},
            "means": known["means"],
        },
        "forgetPaymentMeans": {"key": f"card of {who.isn}", "means": known["means"]},
        "priceRenewal": {"key": f"price of {who.isn}", "policyId": known["policyId"], "choice": CHOICE},
        "acceptRenewal": {
            "key": f"acceptance of {who.isn}",
            "offerId": ids.encode("RenewalOffer", who.priced),
        },
        "signRenewal": {"key": f"signature of {who.isn}", "offerId": known["offerId"], "code": CODE},
        "lockAccount": {"clientId": known["clientId"], "reason": "телефон украден"},
        "unlockAccount": {"clientId": known["clientId"], "reason": "телефон найден"},
    }
    return {
        name: {**({"token": who.token_of(name)} if "token" in MUTATIONS[name].args else {}), **each}
        for name, each in own.items()
    }


MUTATIONS: Final[Mapping[str, GraphQLField]] = EXECUTION.schema.mutation_type.fields  # type: ignore[union-attr]
FOR_EMPLOYEES: Final = {"prepareRegistration", "lockAccount", "unlockAccount"}
ALREADY_REGISTERED: Final = {"prepareRegistration"}
"""Both have accounts, which is all that stands in the way of an employee."""

CHANGES_NOTHING: Final = {"requestPictureCode", "startRegistration", "startRecovery", "unlockAccount"}
"""What begins something of its own, and what finds nothing locked."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mutation takes a text: an argument, or a field of an input object, however deep."""

    mutation: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.mutation, *self.path))

    def with_(self, own: Values, key: str) -> Values:
        """Return values with the key in this place."""
        argument, *rest = self.path
        return {**own, argument: put(own[argument], rest, key, MUTATIONS[self.mutation].args[argument].type)}


def put(before: Any, path: list[str], key: str, kind: Any) -> Any:
    """Return a value with the key at a path; of a one-of input object only that field is left."""
    if not path:
        return key
    if isinstance(before, list):
        return [put(before[0], path, key, kind)]
    named = get_named_type(kind)
    assert isinstance(named, GraphQLInputObjectType)
    field, *rest = path
    kept = before if isinstance(before, dict) else {}
    others = {} if named.is_one_of else kept
    return {**others, field: put(kept.get(field), rest, key, named.fields[field].type)}


def places(name: str) -> Iterator[Place]:
    """Every place of a mutation that takes a text, in the order of the schema."""
    for argument, each in MUTATIONS[name].args.items():
        for path in texts(each.type):
            yield Place(name, (argument, *path))


def texts(kind: Any) -> Iterator[tuple[str, ...]]:
    """Paths to every text within a type."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        for inner, field in named.fields.items():
            yield from ((inner, *path) for path in texts(field.type))
    elif named.name in {"ID", "String"}:
        yield ()


PLACES: Final = [place for name in MUTATIONS for place in places(name)]


@cache
def operation(name: str) -> str:
    """A mutation with all its arguments as variables, and all that can be selected."""
    field = MUTATIONS[name]
    declared = ", ".join(f"${each}: {argument.type}" for each, argument in field.args.items())
    passed = ", ".join(f"{each}: ${each}" for each in field.args)
    called = f"{name}({passed})" if passed else name
    header = f"mutation Command({declared})" if declared else "mutation Command"
    return f"{header} {{ {called} {selection(EXECUTION.schema, field.type, DEPTH)} }}"


async def run(town: Town, viewer: Viewer | None, name: str, given: Values) -> Any:
    result = await EXECUTION.run(operation(name), given, context=town.context(viewer))
    return {"data": result.data, "errors": [each.message for each in result.errors or ()]}


def problems(answer: Any) -> list[str]:
    """Names of what stood in the way."""
    payloads = [each for each in (answer["data"] or {}).values() if isinstance(each, dict)]
    found = [each for payload in payloads for name, each in payload.items() if name.endswith("_errors")]
    return [*answer["errors"], *(each["__typename"] for listed in found for each in listed)]


async def nothing_comes_of(viewer: Viewer | None, name: str, given: Values) -> None:
    """Run a mutation, and look that the victim has lost nothing, and nothing of the victim was shown."""
    town = Town()
    before = town.of(VICTIM)
    answer = await run(town, viewer, name, given)
    assert town.of(VICTIM) == before, (name, given)
    typed = " ".join(leaves(given))
    shown = {text for text in leaves(answer) for secret in VICTIM.texts if secret in text and secret not in typed}
    assert not shown, (name, given)


def test_there_are_values_for_every_argument_of_every_mutation() -> None:
    assert {name: set(each) for name, each in values(STRANGER).items()} == {
        name: set(field.args) for name, field in MUTATIONS.items()
    }


@pytest.mark.parametrize("name", MUTATIONS)
async def test_with_these_values_it_does_get_through(name: str) -> None:
    viewer = EMPLOYEE if name in FOR_EMPLOYEES else STRANGER.viewer
    town = Town()
    before = town.of(STRANGER)
    answer = await run(town, viewer, name, values(STRANGER)[name])
    assert problems(answer) == (["AccountExists"] if name in ALREADY_REGISTERED else [])
    assert (town.of(STRANGER) == before) == (name in CHANGES_NOTHING | ALREADY_REGISTERED)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("viewer", [STRANGER.viewer, None], ids=["stranger", "anonymous"])
async def test_somebody_elses_keys_open_nothing(viewer: Viewer | None, place: Place) -> None:
    for key in sorted(set(VICTIM.known.values())):
        given = place.with_(values(STRANGER)[place.mutation], key)
        await nothing_comes_of(viewer, place.mutation, given)


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("viewer", [STRANGER.viewer, None], ids=["stranger", "anonymous"])
async def test_nor_does_all_that_may_be_known_of_somebody_at_once(viewer: Viewer | None, name: str) -> None:
    theirs = {each: VICTIM.known[each] for each in MUTATIONS[name].args if each in VICTIM.known}
    secrets = {each: "не знаю" for each in MUTATIONS[name].args if "assword" in each and theirs}
    await nothing_comes_of(viewer, name, {**values(STRANGER)[name], **theirs, **secrets})


@pytest.mark.parametrize("name", sorted(FOR_EMPLOYEES))
async def test_what_is_for_employees_no_customer_does_even_to_themselves(name: str) -> None:
    town = Town()
    before = town.of(STRANGER)
    assert problems(await run(town, STRANGER.viewer, name, values(STRANGER)[name])) == ["Forbidden"]
    assert town.of(STRANGER) == before
