"""What ``/readyz`` says of the gateway's own database."""

from dataclasses import replace

from domain.errors import StoreUnavailable
from domain.money import Locale
from gateway.http.errors import told
from gateway.http.graphql_errors import write
from gateway.settings import StoreSettings
from gateway.settings.declaring import Secret
from tests.unit.gateway.world import World

VERBOSE = {"verbose": ""}
COUNTING = {"sources": "1"}


async def test_without_a_database_nothing_is_said(world: World) -> None:
    async with world.gateway() as client:
        assert "store" not in (await client.get("/readyz", VERBOSE)).json


async def test_a_database_that_answers_is_up(world: World, database: StoreSettings) -> None:
    async with world.gateway(store=database) as client:
        reply = await client.get("/readyz", COUNTING)
        assert (reply.status, reply.json["store"]) == (200, "UP")


async def test_one_that_is_away_is_told_of_and_takes_no_replica_out_of_service(
    world: World, empty_database: StoreSettings
) -> None:
    away = replace(empty_database, address=Secret("postgresql://127.0.0.1:1/x"))
    for settings in (away, empty_database):
        async with world.gateway(store=settings) as client:
            assert (await client.get("/readyz")).status == 200
            verbose = await client.get("/readyz", VERBOSE)
            assert (verbose.status, verbose.json["store"]) == (200, "STORE_UNAVAILABLE")
            counting = await client.get("/readyz", COUNTING)
            assert (counting.status, counting.json["status"]) == (503, "WAITING")


def test_it_is_told_to_clients_by_a_code_and_worth_another_try() -> None:
    said = told(StoreUnavailable("57P01"), Locale.RU)
    assert said.extensions == {"code": "STORE_UNAVAILABLE", "retryable": True}
    assert said.status == 503
    assert "57P01" not in said.message


def test_the_log_says_what_the_database_said(world: World) -> None:
    write(told(StoreUnavailable("57P01"), Locale.RU), StoreUnavailable("57P01"))
    (line,) = world.lines("error told")
    assert (line["code"], line["detail"], line["level"]) == ("STORE_UNAVAILABLE", "57P01", "error")
