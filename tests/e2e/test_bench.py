"""What the bench holds true of answers is true of the gateway's, and its reference asks the systems for the same."""

import asyncio
import tomllib
from datetime import date

import aiohttp
import pytest

from dev.bench.accounts.holders import holders, keep, nobodies, sign_in
from dev.bench.accounts.pictures import solved
from dev.bench.admin import Admin
from dev.bench.commands.customers import signed_in
from dev.bench.commands.ledger import Ledger
from dev.bench.facts import FACTS
from dev.bench.load.asking import Asking, verdict
from dev.bench.load.job import GOOD, Shot
from dev.bench.operations import SCREENS, load
from dev.bench.people import DEMO_ISN, DEMO_POLICY, HUNDRED_ISN, People, moscow_day
from dev.bench.reference.screens import Reference
from dev.bench.reference.upstream import Upstream
from dev.demo.stack import Stack
from dev.demo.systems import SYSTEMS
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from gateway.store.store import opened
from tests.e2e.asking import Gateway

OTHERS = 3
OF_ONE_POLICY = {"policy_page", "life_page", "valuation"}


def visit(people: People, operation: str, isn: int, number: str) -> Shot:
    return Shot(operation, isn, people.token(isn), {"number": number} if operation in OF_ONE_POLICY else {})


def people_of(stack: Stack, today: date) -> People:
    return People(stack.issuer, stack.options.seed, today)


@pytest.mark.parametrize("operation", FACTS)
async def test_the_gateways_answers_are_good(stack: Stack, operation: str) -> None:
    people = people_of(stack, moscow_day())
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, load(), people.population)
        visitors = [(HUNDRED_ISN, "")] if operation == "hundred_policies" else [(DEMO_ISN, DEMO_POLICY)]
        visitors += [] if operation == "hundred_policies" else people.owners(OTHERS)
        for isn, number in visitors:
            shot = visit(people, operation, isn, number)
            asking.prepare(shot)
            assert (await asking.send(stack.url, shot))() == GOOD


@pytest.mark.parametrize("eager", [False, True], ids=["in the graph's order", "eager"])
@pytest.mark.parametrize("operation", SCREENS)
async def test_the_references_answers_are_good_and_cost_the_same_calls(
    gateway: Gateway, operation: str, eager: bool
) -> None:
    stack, today = gateway.stack, moscow_day()
    people = people_of(stack, today)
    # A client of its own for each case: the gateway must not have valued the contracts before.
    isn, number = people.owners(OTHERS + 2 * len(SCREENS))[OTHERS + 2 * SCREENS.index(operation) + eager]
    shot = visit(people, operation, HUNDRED_ISN if operation == "hundred_policies" else isn, number)
    sections = {name: system.section(stack.systems[name].url) for name, system in SYSTEMS.items()}
    admin = Admin(stack.systems)
    async with aiohttp.ClientSession() as http:
        upstream = Upstream(http, sections)
        await upstream.sign_in()
        gateway.forget()
        body = await Reference(upstream, today).answer(operation, shot.isn, shot.variables, eager=eager)
        theirs = admin.operations()
        known = FACTS[operation].known(people.population, shot.isn)
        assert verdict(200, body, operation, known) == GOOD
        gateway.forget()
        asking = Asking(http, load(), people.population)
        asking.prepare(shot)
        assert (await asking.send(stack.url, shot))() == GOOD
        assert admin.operations() == theirs


async def test_the_gateways_answers_about_accounts_are_good(stack: Stack) -> None:
    assert stack.database is not None
    [holder], [nobody] = holders(1), nobodies(1)
    await asyncio.to_thread(keep, stack.database.address(), [holder])
    said = tomllib.loads((stack.folder / "gateway.toml").read_text(encoding="utf-8"))
    secret = said["accounts"]["secret"]
    pictures = await asyncio.to_thread(solved, stack.redis_socket, secret=secret, prefix="gateway", many=2)
    shots = [sign_in(holder), sign_in(holder, knows_password=False), sign_in(nobody, knows_password=False)]
    for (id_, digits), whose in zip(pictures, (holder, nobody), strict=True):
        given = {"pictureId": id_, "pictureCode": digits, "login": whose.phone}
        shots.append(Shot("start_recovery", whose.isn, "", given))
    async with aiohttp.ClientSession() as http:
        asking = Asking(http, load(), people_of(stack, moscow_day()).population)
        for shot in shots:
            asking.prepare(shot)
            assert (await asking.send(stack.url, shot))() == GOOD


async def test_the_gateways_answers_to_who_pays_are_good_and_a_repeated_key_asks_no_system(gateway: Gateway) -> None:
    stack = gateway.stack
    assert stack.database is not None
    people = people_of(stack, moscow_day())
    customers = await asyncio.to_thread(signed_in, people, stack.database.address(), 2)
    wishes = [each.wish() for each in customers]
    async with aiohttp.ClientSession() as http, asyncio.timeout(60):
        asking = Asking(http, load(), people.population)
        for wish in wishes:
            asking.prepare(wish)
            assert (await asking.send(stack.url, wish))() == GOOD
        async with opened(StoreSettings(address=Secret(stack.database.address()))) as store:
            assert store is not None
            ledger = Ledger(store, [each.account for each in customers])
            first = await ledger.opened(2, 60)
            gateway.forget()
            for wish in wishes:
                assert (await asking.send(stack.url, wish))() == GOOD
            assert Admin(stack.systems).operations() == {}
            assert await ledger.kept() == first
    assert (first.payments, first.commands, first.done) == (2, 4, 4)
    assert min(first.took_s) > 0
