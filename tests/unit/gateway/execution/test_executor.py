"""What the executor promises beside the answers, which the differential tests compare with the reference's."""

from __future__ import annotations

import gc
import traceback
import weakref
from decimal import Decimal
from sys import getsizeof
from typing import Any

import pytest
from graphql import DocumentNode, ExecutionResult, parse

from gateway.execution import Executor, Unsupported
from gateway.execution.executor import FIELD_BYTES, MOST_CHOICES, TOKEN_BYTES
from gateway.execution.plan import Plan
from gateway.execution.planning import planned
from tests.unit.gateway.execution.schemas import Shop, document

AUTHORS = "{ books { title author { name } } }"
PRICES = "{ books(first: 1) { price } }"
INTERPRETED = "query ($no: Boolean = false) { books @skip(if: $no) { title } }"
"""Where ``$no`` is null its error is that of the whole answer, which the reference words."""


@pytest.fixture
def shop() -> Shop:
    return Shop()


def never(*_args: Any, **_kwargs: Any) -> ExecutionResult:
    raise AssertionError("the reference was asked")


def reference(*_args: Any, **_kwargs: Any) -> ExecutionResult:
    return ExecutionResult({"by": "the reference"}, None)


async def test_an_operation_is_compiled_once(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    asked = document(shop, AUTHORS)
    for _ in range(3):
        assert (await executor.execute(asked)).errors is None
    assert len(compilations) == 1
    assert shop.batches == [["Book 1", "Book 2", "Book 3"]] * 3


async def test_each_choice_of_conditions_is_compiled_for_itself(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    asked = document(shop, "query ($no: Boolean!) { books(first: 1) { title author @skip(if: $no) { name } } }")
    for no in (True, False, True, False):
        await executor.execute(asked, variable_values={"no": no})
    assert len(compilations) == 2
    assert len(shop.batches) == 2


async def test_what_was_prepared_is_not_compiled_again(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    asked = document(shop, AUTHORS)
    prepared = await executor.prepare(asked)
    assert "async def operation(" in prepared.source
    await executor.execute(asked)
    assert len(compilations) == 1


# Under which name


async def test_a_document_parsed_anew_finds_its_plan_by_its_key(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    for _ in range(3):
        assert (await executor.execute(document(shop, AUTHORS), key="authors")).errors is None
    await executor.prepare(document(shop, AUTHORS), key="authors")
    assert len(compilations) == 1
    assert (len(executor._plans), len(executor._operations)) == (1, 1)


async def test_without_a_key_it_is_another_document(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    parses = [document(shop, AUTHORS) for _ in range(3)]
    for asked in parses:
        await executor.execute(asked)
    assert len(compilations) == 3


async def test_other_keys_are_other_documents(shop: Shop) -> None:
    executor = Executor(shop.schema, reference=never)
    titles = await executor.execute(document(shop, "{ books(first: 1) { title } }"), key="titles")
    prices = await executor.execute(document(shop, PRICES), key="prices")
    assert (titles.data, prices.data) == ({"books": [{"title": "Book 1"}]}, {"books": [{"price": "1"}]})


async def test_each_operation_of_a_key_has_its_own_plan(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    text = "query Titles { books(first: 1) { title } } query Prices { books(first: 1) { price } }"
    for _ in range(2):
        titles = await executor.execute(document(shop, text), operation_name="Titles", key="both")
        prices = await executor.execute(document(shop, text), operation_name="Prices", key="both")
        assert (titles.data, prices.data) == ({"books": [{"title": "Book 1"}]}, {"books": [{"price": "1"}]})
    assert len(compilations) == 2


async def test_one_that_stands_alone_has_one_plan_with_its_name_and_without(
    shop: Shop, compilations: list[Plan]
) -> None:
    executor = Executor(shop.schema, reference=never)
    for name in ("Titles", None, "Titles"):
        await executor.execute(document(shop, "query Titles { books { title } }"), operation_name=name, key="titles")
    assert len(compilations) == 1


async def test_each_choice_of_a_key_is_compiled_once(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    for no in (True, False, True, False):
        asked = document(shop, "query ($no: Boolean!) { books(first: 1) { title price @skip(if: $no) } }")
        await executor.execute(asked, variable_values={"no": no}, key="choices")
    assert len(compilations) == 2


async def test_errors_stand_where_they_stand_in_the_text_of_whichever_parse(shop: Shop) -> None:
    shop.answer = [ValueError("lost")] * 3
    executor = Executor(shop.schema, reference=never)
    first, second = [await executor.execute(document(shop, AUTHORS), key="authors") for _ in range(2)]
    assert first.errors is not None
    assert second.errors is not None
    assert [error.formatted for error in first.errors] == [error.formatted for error in second.errors]
    assert [location.column for error in second.errors for location in error.locations or ()] == [17] * 3


async def test_why_a_key_is_interpreted_is_found_out_once_and_its_own_parse_is_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[DocumentNode] = []

    def interpreting(_schema: object, asked: DocumentNode, **_: Any) -> ExecutionResult:
        run.append(asked)
        return ExecutionResult({"by": "the reference"}, None)

    plannings: list[DocumentNode] = []

    def counted(schema: Any, asked: DocumentNode, *others: Any, **options: Any) -> Plan:
        plannings.append(asked)
        return planned(schema, asked, *others, **options)

    monkeypatch.setattr("gateway.execution.executor.planned", counted)
    executor = Executor(shop.schema, most_fields=1, reference=interpreting)
    parses = [document(shop, AUTHORS) for _ in range(3)]
    for asked in parses:
        await executor.execute(asked, key="authors")
    assert run == parses
    assert len(plannings) == 1


async def test_a_later_parse_is_let_go(shop: Shop) -> None:
    """What is known holds the document it was made from, and adds no other to what it weighs."""
    executor = Executor(shop.schema, reference=never)
    await executor.execute(document(shop, AUTHORS), key="authors")
    weights = executor._plans.bytes, executor._operations.bytes
    later = document(shop, AUTHORS)
    await executor.execute(later, key="authors")
    alive = weakref.ref(later)
    del later
    gc.collect()
    assert alive() is None
    assert (executor._plans.bytes, executor._operations.bytes) == weights


# EXPLAIN


async def test_explain_tells_the_stages_as_a_tree_with_what_each_did(shop: Shop) -> None:
    result = await Executor(shop.schema).execute(document(shop, AUTHORS), explain=lambda: None)
    assert result.extensions is not None
    explained = result.extensions["explain"]
    [books] = explained["stages"]
    [authors] = books["then"]
    assert explained["compiled"] is True
    assert {name: books[name] for name in ("path", "field", "type", "filledBy", "sources", "failed")} == {
        "path": "books",
        "field": "Query.books",
        "type": "[Book]",
        "filledBy": "entry",
        "sources": 1,
        "failed": 0,
    }
    assert (authors["path"], authors["filledBy"], authors["sources"], authors["then"]) == ("author", "batch", 3, [])
    assert authors["function"].endswith(".Shop.authors")
    assert books["beganMs"] + books["tookMs"] <= authors["beganMs"] + 0.001
    assert authors["tookMs"] >= 0


async def test_explain_counts_what_failed(shop: Shop) -> None:
    shop.answer = [{"name": "one"}, ValueError("two"), ValueError("three")]
    result = await Executor(shop.schema).execute(document(shop, AUTHORS), explain=lambda: None)
    assert result.extensions is not None
    [authors] = result.extensions["explain"]["stages"][0]["then"]
    assert (authors["sources"], authors["failed"]) == (3, 2)


async def test_a_stage_without_sources_tells_no_times(shop: Shop) -> None:
    asked = document(shop, "{ books(first: 0) { author { name } } }")
    result = await Executor(shop.schema).execute(asked, explain=lambda: None)
    assert result.extensions is not None
    [authors] = result.extensions["explain"]["stages"][0]["then"]
    assert not {"sources", "failed", "beganMs", "tookMs"} & authors.keys()


async def test_explained_or_not_the_answer_is_the_same(shop: Shop) -> None:
    shop.answer = [{"name": "one"}, ValueError("two"), {"name": "three"}]
    executor, asked = Executor(shop.schema), document(shop, AUTHORS)
    explained, plain = [
        await executor.execute(asked, explain=(lambda: None) if explain else None) for explain in (True, False)
    ]
    assert plain.extensions is None
    assert (explained.data, explained.errors) == (plain.data, plain.errors)


async def test_explain_says_why_an_operation_was_interpreted(shop: Shop) -> None:
    executor = Executor(shop.schema, compile_documents=False, reference=reference)
    result = await executor.execute(document(shop, AUTHORS), explain=lambda: None)
    assert result.data == {"by": "the reference"}
    assert result.extensions == {"explain": {"compiled": False, "reason": "off"}}
    assert (await executor.execute(document(shop, AUTHORS))).extensions is None


# What falls back


async def test_a_fallback_is_counted_and_told_by_its_reason(shop: Shop) -> None:
    told: list[str] = []
    executor = Executor(shop.schema, on_fallback=told.append, reference=reference)
    for _ in range(2):
        result = await executor.execute(document(shop, "subscription { news }"))
        assert result.data == {"by": "the reference"}
    await executor.execute(document(shop, INTERPRETED), variable_values={"no": None})
    await executor.execute(document(shop, INTERPRETED))
    assert told == ["subscription", "subscription", "condition without a value"]
    assert executor.fallbacks == {"subscription": 2, "condition without a value": 1}


async def test_the_switch_has_all_operations_interpreted(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, compile_documents=False, reference=reference)
    assert (await executor.execute(document(shop, AUTHORS))).data == {"by": "the reference"}
    with pytest.raises(Unsupported, match="off"):
        await executor.prepare(document(shop, AUTHORS))
    assert executor.fallbacks == {"off": 1}
    assert compilations == []


async def test_too_many_fields_fall_back(shop: Shop) -> None:
    executor = Executor(shop.schema, most_fields=3, reference=reference)
    await executor.execute(document(shop, "{ books { title price } }"))
    await executor.execute(document(shop, AUTHORS))
    assert executor.fallbacks == {"too many fields": 1}


async def test_falling_back_again_and_again_leaves_nothing_behind(shop: Shop) -> None:
    """One exception, raised for each request, would collect the frames of them all, and what these hold."""
    executor = Executor(shop.schema)
    asked = document(shop, "subscription { news }")
    lengths = []
    for _ in range(3):
        with pytest.raises(Unsupported) as refused:
            await executor.prepare(asked)
        lengths.append(len(traceback.extract_tb(refused.value.__traceback__)))
    assert len(set(lengths)) == 1


async def test_another_document_in_the_same_place_of_memory_is_another(shop: Shop) -> None:
    """Operations are known by their document's identity, so a document must live as long as what is known of it."""
    executor = Executor(shop.schema, reference=reference)
    asked = document(shop, "subscription { news }")
    await executor.execute(asked)
    alive = weakref.ref(asked)
    del asked
    gc.collect()
    assert alive() is not None


# Arguments, values, weight


@pytest.mark.parametrize(("native", "expected"), [(True, Decimal(1)), (False, "1")])
async def test_values_that_orjson_writes_itself_stay_as_they_are_if_wanted(
    shop: Shop, *, native: bool, expected: Any
) -> None:
    result = await Executor(shop.schema, native_json=native, reference=never).execute(document(shop, PRICES))
    assert result.data == {"books": [{"price": expected}]}
    assert type(result.data["books"][0]["price"]) is type(expected)


@pytest.mark.parametrize("answer", [[], [{"name": "one"}], 7])
async def test_a_batch_function_that_answers_something_else_fails_at_its_places_alone(shop: Shop, answer: Any) -> None:
    shop.answer = answer
    result = await Executor(shop.schema, reference=never).execute(document(shop, AUTHORS))
    assert result.data == {"books": [{"title": f"Book {number}", "author": None} for number in (1, 2, 3)]}
    assert result.errors is not None
    assert [error.path for error in result.errors] == [["books", number, "author"] for number in range(3)]


async def test_plans_weigh_their_fields_and_their_document(shop: Shop) -> None:
    executor = Executor(shop.schema)
    asked = document(shop, AUTHORS)
    await executor.execute(asked)
    tokens = asked.token_count or 0
    assert tokens > 0
    assert executor._plans.bytes == FIELD_BYTES * (1 + 4) + TOKEN_BYTES * tokens + getsizeof(AUTHORS)
    assert executor._operations.bytes == FIELD_BYTES + TOKEN_BYTES * tokens + getsizeof(AUTHORS)


async def test_a_long_text_of_few_tokens_weighs_its_length(shop: Shop) -> None:
    executor = Executor(shop.schema, reference=never)
    await executor.execute(document(shop, AUTHORS + " " * 500_000))
    assert executor._plans.bytes > 500_000
    assert executor._operations.bytes > 500_000


async def test_long_documents_of_few_fields_cannot_fill_the_memory(shop: Shop) -> None:
    """All that is remembered of them keeps them alive."""
    most = 100 * FIELD_BYTES
    executor = Executor(shop.schema, most_bytes=most, reference=reference)
    fragments = " ".join(f"fragment F{number} on Book {{ title }}" for number in range(20))
    alive: list[weakref.ref[Any]] = []
    for number in range(200):
        asked = parse(f"{'subscription { news }' if number % 2 else '{ books { title } }'} {fragments}")
        await executor.execute(asked)
        alive.append(weakref.ref(asked))
    gc.collect()
    weights = [TOKEN_BYTES * (kept.token_count or 0) for each in alive if (kept := each()) is not None]
    assert 0 < sum(weights) <= 1.5 * most


async def test_without_room_nothing_is_kept_and_all_is_answered(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, most_bytes=0, reference=never)
    asked = document(shop, AUTHORS)
    for _ in range(2):
        assert (await executor.execute(asked)).errors is None
    assert len(compilations) == 2


async def test_one_exception_at_many_places_stays_as_it_was_raised(shop: Shop) -> None:
    broken = ValueError("all of them")
    shop.answer = [broken] * 3
    result = await Executor(shop.schema).execute(document(shop, AUTHORS))
    assert result.errors is not None
    assert [error.original_error for error in result.errors] == [broken] * 3
    assert list(traceback.walk_tb(broken.__traceback__)) == []


async def test_a_document_of_many_conditions_gets_so_many_plans_and_is_then_interpreted(
    shop: Shop, compilations: list[Plan]
) -> None:
    names = [f"no{number}" for number in range(5)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: title @skip(if: ${name})" for name in names)
    asked = document(shop, f"query ({declared}) {{ books(first: 1) {{ price {fields} }} }}")
    executor = Executor(shop.schema)
    for choice in range(32):
        chosen = {name: bool(choice >> place & 1) for place, name in enumerate(names)}
        assert (await executor.execute(asked, variable_values=chosen)).errors is None
    assert len(compilations) == MOST_CHOICES
    assert executor.fallbacks == {"too many conditions": 32 - MOST_CHOICES}


async def test_a_plan_is_prepared_for_the_conditions_defaults(shop: Shop, compilations: list[Plan]) -> None:
    executor = Executor(shop.schema, reference=never)
    asked = document(
        shop, "query ($first: Int!, $full: Boolean = true) { books(first: $first) { title @include(if: $full) } }"
    )
    await executor.prepare(asked)
    await executor.execute(asked, variable_values={"first": 1})
    assert len(compilations) == 1


async def test_what_one_operation_cannot_have_compiled_is_no_matter_of_its_neighbours(shop: Shop) -> None:
    asked = parse("query Now { books { title } } query Later { books { title ... @defer { price } } }")
    executor = Executor(shop.schema, reference=reference)
    assert (await executor.execute(asked, operation_name="Now")).data != {"by": "the reference"}
    assert (await executor.execute(asked, operation_name="Later")).data == {"by": "the reference"}
