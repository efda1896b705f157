"""The page as the demo serves it: everything real, from the browser to the legacy systems."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import queries
from dev.demo.options import Options
from dev.demo.stack import Stack, free_port
from tests.page import chromium
from tests.page.editor import ANSWER, READY, RUN, TAB_BUTTONS, TABS, choose


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="insurance-graph-") as folder:
        stack = Stack(Path(folder), Options(port=free_port(), latency_ms=0, job_ms="0"))
        try:
            stack.start_backends()
            stack.start_gateway()
            yield stack
        finally:
            stack.stop()


@pytest.mark.parametrize(("language", "payout"), [("Русский", "5 000 232,42 ₽"), ("English", "5,000,232.42")])
async def test_shows_the_life_page_of_the_demo_client(stack: Stack, tmp_path: Path, language: str, payout: str) -> None:
    names = [*(operation.name for operation in queries.load().values()), "RegistrationPicture", "Choices", "Owed"]
    async with chromium.launched(tmp_path / "profile") as page:
        await page.open(f"{stack.url}/")
        assert await page.until(f"{READY} && {TABS}") == names
        await page.evaluate(choose("language", language))
        await page.evaluate(f"{TAB_BUTTONS}[{names.index('LifePage')}].click()")
        await page.until("localStorage.getItem('graphiql:operationName') === 'LifePage'")
        await page.evaluate(RUN)
        answer = await page.until(f"{ANSWER}?.includes('lifeContract') && {ANSWER}")
    assert payout in answer.replace("\xa0", " ")
    assert page.complaints == []
    assert [url for url in page.requested if not url.startswith((stack.url, "data:", "about:"))] == []


async def test_shows_how_the_home_screen_was_executed(stack: Stack, tmp_path: Path) -> None:
    async with chromium.launched(tmp_path / "profile") as page:
        await page.open(f"{stack.url}/")
        await page.until(f"{READY} && {TABS}.length")
        await page.evaluate("document.getElementById('explain').click()")
        await page.evaluate(RUN)
        paths = "[...document.querySelectorAll('.explain-path')].map(path => path.textContent)"
        shown = await page.until(f"{paths}.length && {paths}")
        answer = await page.until(ANSWER)
    assert shown[0] == "viewer"
    assert {"client.profile", "client.policies", "client.lifeContracts"} <= set(shown)
    assert "extensions" not in answer
    assert page.complaints == []
