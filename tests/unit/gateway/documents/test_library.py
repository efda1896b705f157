"""Who may ask for which document, by folder, version and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.documents.errors import DocumentRetired
from gateway.documents.folder import ManifestsUnfit, read_library
from gateway.documents.library import ANYBODY, Application, Library, Release
from tests.unit.gateway.documents.lists import apollo, md5, placed, relay, sha256

A, B, C = "query A { viewer { kind } }", "query B { viewer { kind } }", "query C { viewer { kind } }"
TODAY = date(2026, 6, 6)
YESTERDAY = TODAY - timedelta(days=1)
WEB_1 = Release("web", "1", {"a": A, "b": B}, last_day=YESTERDAY)
WEB_2 = Release("web", "2", {"b": B, "c": C}, last_day=TODAY)
MOBILE = Release("mobile", "1", {"c": C, "x": A})
LIBRARY = Library((WEB_1, WEB_2, MOBILE))


def sound(_text: str) -> Sequence[str]:
    return ()


@pytest.mark.parametrize(
    ("name", "application", "text"),
    [
        ("b", ANYBODY, B),
        ("x", ANYBODY, A),
        ("unheard of", ANYBODY, None),
        ("b", Application("web"), B),
        ("b", Application("web", "2"), B),
        ("c", Application("mobile", "1"), C),
        pytest.param("b", Application("mobile"), None, id="of another application"),
        pytest.param("b", Application("mobile", "1"), None, id="of another application's version"),
        pytest.param("b", Application("web", "3"), None, id="a version that is not known"),
        pytest.param("b", Application("desktop"), None, id="an application that is not known"),
        pytest.param("b", Application(None, "3"), B, id="a version of nobody"),
    ],
)
def test_an_id_means_what_the_application_lists(name: str, application: Application, text: str | None) -> None:
    assert LIBRARY.text(name, application, TODAY) == text


@pytest.mark.parametrize(
    ("name", "application"), [("a", ANYBODY), ("a", Application("web")), ("b", Application("web", "1"))]
)
def test_what_only_retired_versions_list_is_no_longer_served(name: str, application: Application) -> None:
    with pytest.raises(DocumentRetired) as retired:
        LIBRARY.text(name, application, TODAY)
    assert retired.value.last_day == YESTERDAY
    assert LIBRARY.text(name, application, YESTERDAY) in {A, B}


def test_a_text_is_trusted_if_the_application_lists_it() -> None:
    assert LIBRARY.trusts(B, ANYBODY, TODAY)
    assert LIBRARY.trusts(A, ANYBODY, TODAY)
    assert not LIBRARY.trusts(B, Application("mobile"), TODAY)
    assert not LIBRARY.trusts(B + " ", ANYBODY, TODAY)
    with pytest.raises(DocumentRetired):
        LIBRARY.trusts(A, Application("web"), TODAY)


def test_an_id_that_means_two_things_means_nothing_without_a_name() -> None:
    library = Library((Release("web", "1", {"1": A}), Release("mobile", "1", {"1": B})))
    assert library.text("1", ANYBODY, TODAY) is None
    assert library.text("1", Application("mobile"), TODAY) == B
    assert library.named("1", ANYBODY) == {A, B}


def test_a_folder_has_applications_and_versions(tmp_path: Path) -> None:
    placed(
        tmp_path,
        {
            "web/2026.1.json": apollo(A, B),
            "web/2026.2.json": relay(B),
            "web/index.json": {"versions": {"2026.1": {"lastDay": "2026-06-05"}}},
            "mobile/1.json": b'{"home": "query A { viewer { kind } }"}',
            "mobile/index.json": {"versions": {"1": {"algorithm": "opaque"}}},
            ".git/config": b"",
            "web/.2026.3.json.swp": b"",
        },
    )
    checked: list[str] = []

    def check(text: str) -> Sequence[str]:
        checked.append(text)
        return ()

    library = read_library(tmp_path, check)
    assert [(each.client, each.version, each.last_day) for each in library.releases] == [
        ("mobile", "1", None),
        ("web", "2026.1", date(2026, 6, 5)),
        ("web", "2026.2", None),
    ]
    assert library.text("home", Application("mobile"), TODAY) == A
    assert library.text(md5(B), ANYBODY, TODAY) == library.text(sha256(B), ANYBODY, YESTERDAY) == B
    assert checked == [A, B]


def test_everything_wrong_with_a_folder_is_told_at_once(tmp_path: Path) -> None:
    placed(
        tmp_path,
        {
            "README.md": b"",
            "web/1.json": b"[]",
            "web/2.json": apollo("{"),
            "web/notes.txt": b"",
            "web/ä.json": apollo(A),
            "web/index.json": {"versions": {"7": {}}},
            "mobile/1.json": apollo(A),
            "mobile/index.json": {"versions": {"1": {"lastday": "2026-06-05"}}},
            "desk/1.json": apollo(A),
            "desk/index.json": {"versions": {"1": {"lastDay": "soon"}}},
        },
    )
    with pytest.raises(ManifestsUnfit) as unfit:
        read_library(tmp_path, lambda text: ["Syntax Error."] if text == "{" else [])
    told = [problem.removeprefix(f"{tmp_path}/") for problem in unfit.value.problems]
    for expected in (
        "README.md: not a folder with the name of an application",
        "desk/index.json: Invalid RFC3339 encoded date",
        "mobile/index.json: Object contains unknown field `lastday`",
        "web/index.json: speaks of version '7', which has no list",
        "web/1.json: not a list of documents of Apollo's or Relay's: ",
        f"web/2.json: {sha256('{')}: Syntax Error.",
        "web/notes.txt: not a list with the name of a version, <version>.json",
        "web/ä.json: not a list with the name of a version, <version>.json",
    ):
        assert any(problem.startswith(expected) for problem in told), (expected, told)
    assert len(told) == 8


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ManifestsUnfit, match="cannot be read"):
        read_library(tmp_path / "missing", sound)


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    assert read_library(tmp_path, sound).releases == ()
