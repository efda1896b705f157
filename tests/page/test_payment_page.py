"""The payment page in a browser: it fits a phone and a desk, asks for no number, and leads back."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acquirer import AcquirerProcess, running_acquirer
from tests.page import chromium

HEADING = "document.querySelector('h1').textContent"
BUTTON = "document.querySelector('button[value={}]').click()"
DEAR = 500_023_242


@pytest.fixture
def process(tmp_path: Path) -> Iterator[AcquirerProcess]:
    with running_acquirer(tmp_path) as started:
        yield started


async def sized(page: chromium.Page, width: int) -> None:
    await page.send("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)


@pytest.mark.parametrize("language, amount", [("ru", "5 000 232,42 ₽"), ("en", "RUB 5,000,232.42")])
@pytest.mark.parametrize("width", [320, 390, 1000])
async def test_it_fits_and_has_nothing_to_type(
    process: AcquirerProcess, tmp_path: Path, width: int, language: str, amount: str
) -> None:
    async with chromium.launched(tmp_path / "profile") as page:
        await sized(page, width)
        await page.open(f"{process.address('o-1', amount=DEAR)}&lang={language}")
        assert (await page.evaluate(HEADING)).replace("\xa0", " ") == amount
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        line = "parseFloat(getComputedStyle(document.querySelector('h1')).lineHeight)"
        assert await page.evaluate(f"document.querySelector('h1').clientHeight < 1.5 * {line}")
        typed = "[...document.querySelectorAll('input, textarea')].map(each => each.type)"
        assert set(await page.evaluate(typed)) == {"hidden", "radio"}
        smallest = "Math.min(...[...document.querySelectorAll('button, label')].map(each => each.clientHeight))"
        assert await page.evaluate(smallest) >= 44
        await page.screenshot(tmp_path / "page.png")
        assert page.complaints == []
        assert {url.partition("?")[0] for url in page.requested if not url.startswith("data:")} == {
            f"{process.url}/pay"
        }


@pytest.mark.parametrize("action, state", [("pay", "PAID"), ("remember", "PAID"), ("decline", "DECLINED")])
async def test_a_button_decides_and_leads_back_to_another_site(
    process: AcquirerProcess, tmp_path: Path, action: str, state: str
) -> None:
    order = uuid.uuid4().hex
    (tmp_path / "site").mkdir()
    with running_acquirer(tmp_path / "site") as site:  # whoever else listens: all that counts is another origin
        address = process.address(order, back=f"{site.url}/pay")
        async with chromium.launched(tmp_path / "profile") as page:
            await page.open(address)
            await page.evaluate("document.querySelector('[value=kingfisher]').click()")
            await page.evaluate(BUTTON.format(action))
            await page.until(f"location.href === '{site.url}/pay'")
            assert process.ledger(order)["state"] == state
            await page.open(address)
            await page.until("document.querySelector('form') === null")
            assert await page.evaluate("document.querySelector('.back').href") == f"{site.url}/pay"
