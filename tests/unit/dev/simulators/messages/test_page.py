"""The page of messages: everything escaped, nothing from elsewhere."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from dev.simulators.messages.box import Box
from dev.simulators.messages.page import POLICY, page

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
EVIL = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)> https://a.example/"onclick=x&amp;<b>'


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


def shown(text: str, **other: str) -> Tags:
    box = Box()
    whole = {"sender": "", "address": "+79161234567", "subject": "", **other}
    box.keep("mail", "key", AT, text=text, **whole)
    return Tags(page(box.newest_first(), box.duplicates))


@pytest.mark.parametrize("field", ["text", "subject", "sender", "address"])
def test_whatever_is_sent_is_only_read(field: str) -> None:
    tags = shown(**{"text": "", field: EVIL})
    assert EVIL in tags.read
    assert len(tags.of("script")) == 1
    assert tags.of("img") == []
    assert all(set(each) <= {"href", "rel"} for each in tags.of("a"))
    assert not any(name.startswith("on") for _, attributes in tags.tags for name in attributes)


def test_codes_are_set_off_and_links_can_be_followed() -> None:
    tags = shown("123456 — код, 1234567 нет. https://a.example/x?y=1&z=2 и javascript:alert(1)")
    assert tags.of("a") == [{"href": "https://a.example/x?y=1&z=2", "rel": "noreferrer"}]
    assert len(tags.of("b")) == 1


def test_it_refreshes_itself_with_script_and_without() -> None:
    tags = shown("")
    assert {"http-equiv": "refresh", "content": "2"} in tags.of("meta")
    names = [name for name, _ in tags.tags]
    assert names[names.index("noscript") + 1] == "meta"
    assert "setTimeout(look, 2000)" in tags.read


def test_nothing_comes_from_elsewhere() -> None:
    tags = shown("")
    assert [each for each in tags.tags if each[1].get("src") or each[0] == "iframe"] == []
    assert [each["href"] for each in tags.of("link")] == ["data:,"]
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY


def test_duplicates_are_told() -> None:
    box = Box()
    for _ in range(3):
        box.keep("sms", "key", AT, sender="", address="+7", subject="", text="a")
    assert Tags(page(box.newest_first(), box.duplicates)).read.count("2 duplicates dropped") == 2
