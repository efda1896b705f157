"""The payment page: nothing to type, nothing from elsewhere, everything escaped."""

from html.parser import HTMLParser

import pytest

from dev.simulators.acquirer import page
from dev.simulators.acquirer.texts import TEXTS, chosen, money
from tests.unit.dev.simulators.acquirer.conftest import BACK, Bench


class Tags(HTMLParser):
    """Collects tags with their attributes, and what is readable."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.read = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.read += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def shown(bench: Bench, language: str = "ru") -> Tags:
    status, text = await bench.page(bench.address(), language)
    assert status == 200
    return Tags(text)


async def test_there_is_nothing_to_type(bench: Bench) -> None:
    tags = await shown(bench)
    assert {each["type"] for each in tags.of("input")} == {"hidden", "radio"}
    assert [each["value"] for each in tags.of("input") if each["type"] == "radio"] == [
        "titmouse",
        "bullfinch",
        "kingfisher",
    ]
    assert [each["value"] for each in tags.of("button")] == ["pay", "remember", "decline"]
    assert tags.of("textarea") + tags.of("select") + tags.of("script") == []


@pytest.mark.parametrize(
    "language, read",
    [
        (
            "ru",
            [
                "12\u00a0345,67\u00a0₽",
                "Счёт B-7",
                "Оплатить можно до 12:20 по московскому времени",
                "Снегирь",
                "Отклонить",
            ],
        ),
        (
            "en-GB,ru;q=0.5",
            ["RUB\u00a012,345.67", "Bill B-7", "Can be paid until 12:20 Moscow time", "Bullfinch", "Decline"],
        ),
    ],
)
async def test_it_speaks_russian_and_english(bench: Bench, language: str, read: list[str]) -> None:
    tags = await shown(bench, language)
    assert [each for each in read if each not in tags.read] == []
    assert tags.of("html") == [{"lang": language[:2]}]


async def test_the_language_can_be_changed_on_the_page(bench: Bench) -> None:
    (link,) = (await shown(bench)).of("a")
    assert Tags((await bench.page(f"{bench.handle.url}{link['href']}"))[1]).of("html") == [{"lang": "en"}]


async def test_nothing_comes_from_elsewhere_and_forms_lead_here_or_back(bench: Bench) -> None:
    async with bench.http.get(bench.address()) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert policy.startswith("default-src 'none'; ")
    assert "form-action 'self' https://cabinet.example; " in policy
    assert "unsafe" not in policy
    assert [each for each in (await shown(bench)).tags if each[1].get("src")] == []


async def test_what_is_over_says_so_and_leads_back(bench: Bench) -> None:
    await bench.press(bench.address())
    tags = await shown(bench)
    assert "Оплачено" in tags.read
    assert [each["href"] for each in tags.of("a") if each.get("class") == "back"] == [BACK]
    assert tags.of("form") == []


async def test_another_card_or_button_is_refused(bench: Bench) -> None:
    assert await bench.press(bench.address(), "steal") == (400, None)
    assert await bench.press(bench.address(), "pay", "4111111111111111") == (400, None)
    assert (await bench.ledger())["o-1"]["state"] == "NEW"


async def test_a_bill_is_only_read(bench: Bench) -> None:
    _, text = await bench.page(bench.address(bill="<b>"))
    assert "<b>" not in text


def test_every_text_is_there_twice_and_every_policy_is_whole() -> None:
    assert [key for key, (russian, english) in TEXTS.items() if russian == english] == []
    assert "form-action 'self'; " in page.policy()


def test_money_and_language() -> None:
    assert money(500_023_242, "ru") == "5\u00a0000\u00a0232,42\u00a0₽"
    assert money(5, "en") == "RUB\u00a00.05"
    assert [chosen(None, each) for each in ("", "de,en;q=0.8", "en", "ru-RU,en", "*")] == ["ru", "en", "en", "ru", "ru"]
    assert chosen("en", "ru") == "en"
    assert chosen("de", "ru") == "ru"
