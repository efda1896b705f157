"""The page of messages in a browser: it fits a phone and a desk, shows what comes, and runs nothing of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.accounts.ports import Template
from domain.models import ContactKind
from tests.contracts.channels import message, sending
from tests.messages import MessagesProcess, running_messages
from tests.page import chromium

ARTICLES = "document.querySelectorAll('article').length"
EVIL = "<script>document.title = 'evil'</script><img src=x onerror=\"document.title = 'evil'\">"
LINK = {"link": "https://cabinet.example/activate/" + "x" * 60}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[MessagesProcess]:
    with running_messages(tmp_path) as started:
        yield started


async def fill(process: MessagesProcess) -> None:
    async with sending(process.settings()) as channels:
        await channels.send(message(ContactKind.EMAIL, values={"code": EVIL}), "evil")
        await channels.send(message(ContactKind.EMAIL, Template.ACTIVATION, LINK), "link")
        for _ in range(2):
            await channels.send(message(ContactKind.PHONE), "code")


@pytest.mark.parametrize("width", [400, 1000])
async def test_what_comes_is_shown_by_itself_and_fits(process: MessagesProcess, tmp_path: Path, width: int) -> None:
    async with chromium.launched(tmp_path / "profile") as page:
        await page.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        await page.open(f"{process.url}/")
        assert await page.evaluate(ARTICLES) == 0
        await fill(process)
        await page.until(f"{ARTICLES} === 3")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.evaluate("document.querySelector('article b').textContent") == "123456"
        assert await page.evaluate("document.title") == "Messages"
        await page.screenshot(tmp_path / "page.png")
        assert page.complaints == []
        assert {url for url in page.requested if not url.startswith("data:")} == {f"{process.url}/"}


async def test_without_script_it_asks_again_all_the_same(process: MessagesProcess, tmp_path: Path) -> None:
    async with chromium.launched(tmp_path / "profile") as page:
        await page.send("Emulation.setScriptExecutionDisabled", value=True)
        await page.open(f"{process.url}/")
        await fill(process)
        await page.until(f"{ARTICLES} === 3")
