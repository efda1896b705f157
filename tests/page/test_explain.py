"""EXPLAIN on the page: how an operation was executed, beneath its answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.page import chromium
from tests.page.conftest import Site
from tests.page.editor import ANSWER, RUN

TOGGLE = "document.getElementById('explain').click()"
STATUS = "document.querySelector('.explain [role=status]')?.textContent"
ROWS = "[...document.querySelectorAll('.explain tbody [role=row]')]"
NARROW = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def stage(path: str, *then: dict[str, Any], **told: Any) -> dict[str, Any]:
    told = {"sources": 1, "failed": 0, "beganMs": 0.0, "tookMs": 10.0} | told
    of = {"path": path, "field": f"Query.{path}", "type": "Text", "filledBy": "batch", "function": f"texts.{path}"}
    return {**of, **told, "then": list(then)}


STAGES = [
    stage(
        "greeting",
        stage("name", sources=7, failed=2, beganMs=50.0, tookMs=25.0, reads={"clients": 3}, cache=None),
        stage("late", beganMs=100.0, tookMs=0.0, calls=["GetClients", "GetPolicies"], shared=True),
    ),
    stage("another"),
]
NEVER_RUN = {name: told for name, told in stage("never").items() if name not in {"beganMs", "tookMs", "sources"}}


@pytest.fixture
async def explaining(page: chromium.Page, site: Site) -> chromium.Page:
    """The page with the toggle on."""
    site.explains = {"compiled": True, "stages": STAGES}
    await page.evaluate(TOGGLE)
    return page


async def run(page: chromium.Page) -> Any:
    await page.evaluate(RUN)
    return await page.until(f"{ROWS}.length && {ROWS}.map(row => [...row.children].map(cell => cell.textContent))")


async def said(page: chromium.Page, site: Site, explains: dict[str, Any] | None) -> Any:
    """What stands in the place of stages."""
    site.explains = explains
    await page.evaluate(RUN)
    await page.until(ANSWER)
    return await page.until(f"!{STATUS}.startsWith('Run an operation') && {STATUS}")


async def test_nothing_is_explained_until_it_is_asked_for(page: chromium.Page, site: Site) -> None:
    site.explains = {"compiled": True, "stages": STAGES}
    await page.evaluate(RUN)
    await page.until(ANSWER)
    [(_, _, body)] = site.operations("Greeting")
    assert "extensions" not in body
    assert await page.evaluate("document.querySelector('.explain')") is None
    await page.evaluate(TOGGLE)
    assert await page.until(STATUS) == "Run an operation to see its stages."


async def test_the_visitors_operations_carry_the_extension_and_the_editors_own_do_not(
    explaining: chromium.Page, site: Site
) -> None:
    await run(explaining)
    await explaining.evaluate("document.querySelector('[aria-label=\"Re-fetch GraphQL schema\"]').click()")
    async with asyncio.timeout(chromium.PATIENCE_S):
        while len(site.operations("IntrospectionQuery")) < 2:
            await asyncio.sleep(0.05)
    assert [call[2].get("extensions") for call in site.operations("IntrospectionQuery")] == [None, None]
    assert [call[2].get("extensions") for call in site.operations("Greeting")] == [{"explain": True}]
    assert await explaining.evaluate(f"{ROWS}.length") == 4


async def test_the_answer_is_shown_without_the_explanation(explaining: chromium.Page) -> None:
    await run(explaining)
    answer = await explaining.until(ANSWER)
    assert "Здравствуйте, Анна" in answer
    assert "explain" not in answer
    assert '"other": "stays"' in answer


async def test_a_row_a_stage_in_the_order_of_the_tree(explaining: chromium.Page) -> None:
    rows = await run(explaining)
    assert [row[0] for row in rows] == [
        "Level 1: greeting Texttexts.greeting",
        "Level 2: name Texttexts.name",
        "Level 2: late Texttexts.late",
        "Level 1: another Texttexts.another",
    ]
    indents = await explaining.evaluate(f"{ROWS}.map(row => parseFloat(getComputedStyle(row.cells[0]).paddingLeft))")
    assert indents[0] == indents[3] < indents[1] == indents[2]
    assert await explaining.evaluate(STATUS) == "4 stages, 100 ms"


async def test_a_row_tells_sources_and_failures_in_red(explaining: chromium.Page) -> None:
    rows = await run(explaining)
    assert [row[1] for row in rows] == ["1", "7, 2 failed", "1", "1"]
    red, green, blue = await explaining.evaluate(
        "getComputedStyle(document.querySelector('.explain-sources strong')).color.match(/\\d+/g).map(Number)"
    )
    assert red > 2 * max(green, blue)


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
async def test_bars_stand_on_one_axis_of_time(explaining: chromium.Page, *, narrow: bool) -> None:
    if narrow:
        await explaining.send("Emulation.setDeviceMetricsOverride", **NARROW)
    rows = await run(explaining)
    assert [row[2] for row in rows] == [
        "began after 0 ms, took 10 ms",
        "began after 50 ms, took 25 ms",
        "began after 100 ms, took 0 ms",
        "began after 0 ms, took 10 ms",
    ]
    places = await explaining.evaluate("""[...document.querySelectorAll('.explain-track')].map(track => {
        const whole = track.getBoundingClientRect(), bar = track.firstChild.getBoundingClientRect();
        return { left: whole.left, width: whole.width, began: bar.left - whole.left, took: bar.width };
    })""")
    assert len({(place["left"], place["width"]) for place in places}) == 1
    width = places[0]["width"]
    bars = [(place["began"], place["took"]) for place in places]
    tenth, later = pytest.approx((0, 0.1 * width), abs=0.1), pytest.approx((0.5 * width, 0.25 * width), abs=0.1)
    # What took no time shows as well, within the track.
    assert bars == [tenth, later, pytest.approx((width - 2, 2), abs=0.1), tenth]


async def test_whatever_else_a_stage_tells_is_a_tag(explaining: chromium.Page) -> None:
    await run(explaining)
    tags = f"{ROWS}.map(row => [...row.querySelectorAll('.explain-tags > span')].map(tag => tag.textContent))"
    assert await explaining.evaluate(tags) == [
        ["batch"],
        ["batch", "reads.clients 3"],
        ["batch", "calls GetClients, GetPolicies", "shared"],
        ["batch"],
    ]


async def test_a_stage_that_had_no_sources_was_not_run(explaining: chromium.Page, site: Site) -> None:
    site.explains = {"compiled": True, "stages": [NEVER_RUN]}
    [[_, sources, time, _]] = await run(explaining)
    assert (sources, time) == ("", "not run")


@pytest.mark.parametrize(
    ("explains", "expected"),
    [
        pytest.param({"compiled": False, "reason": "subscription"}, "Interpreted, not compiled: subscription."),
        pytest.param({"compiled": True, "stages": []}, "No stages: all of it was read from what was there."),
        pytest.param(None, "The gateway did not explain: the operation was not executed, or this viewer is not told."),
    ],
    ids=["interpreted", "nothing to call", "not told"],
)
async def test_what_is_said_where_there_are_no_stages(
    explaining: chromium.Page, site: Site, explains: dict[str, Any] | None, expected: str
) -> None:
    assert await said(explaining, site, explains) == expected
    assert await explaining.evaluate(f"{ROWS}.length") == 0


async def test_it_fits_a_phone(explaining: chromium.Page) -> None:
    await explaining.send("Emulation.setDeviceMetricsOverride", **NARROW)
    await run(explaining)
    assert await explaining.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    overflowing = (
        "[...document.querySelectorAll('.explain *')].filter(each => each.getBoundingClientRect().right > 390)"
    )
    assert await explaining.evaluate(f"{overflowing}.length") == 0


async def test_it_is_dark_where_the_page_is(explaining: chromium.Page) -> None:
    ground = "getComputedStyle(document.querySelector('.explain')).backgroundColor"
    shades = []
    for scheme in ("light", "dark"):
        await explaining.send(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        shades.append(await explaining.evaluate(ground))
    assert shades == ["rgb(255, 255, 255)", "rgb(33, 42, 59)"]


async def test_toggled_off_it_is_gone_and_nothing_is_asked(explaining: chromium.Page, site: Site) -> None:
    await run(explaining)
    await explaining.evaluate(TOGGLE)
    await explaining.evaluate(RUN)
    await explaining.until(f"!{ANSWER}?.includes('stays') && {ANSWER}")
    assert await explaining.evaluate("document.querySelector('.explain')") is None
    assert [call[2].get("extensions") for call in site.operations("Greeting")] == [{"explain": True}, None]
    assert explaining.complaints == []
