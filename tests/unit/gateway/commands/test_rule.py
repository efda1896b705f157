"""``python -m gateway rule``: the rule of automatic accounts as an operator reads and changes it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from dev.tokens import DemoIssuer
from gateway.__main__ import main
from gateway.settings import StoreSettings
from tests.unit.gateway.serving import environment

Ran = Callable[..., tuple[int, str, str]]
WHY: Final = ("--by", "Ivanova", "--reason", "the pilot begins")
KEPT: Final = (
    "SELECT is_on, lines, least_premium::text, contacts, new_days, by, reason FROM automatic_rules ORDER BY 1, 5"
)
ALL_LINES: Final = ["KASKO", "OSAGO", "PROPERTY", "TRAVEL", "HEALTH", "LIFE"]


@pytest.fixture
def ran(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database: StoreSettings
) -> Ran:
    """Run the command; give its exit code and what it printed and complained of."""
    DemoIssuer().write_jwks(tmp_path / "jwks.json")
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        given = environment(tmp_path / "jwks.json", GATEWAY_STORE_ADDRESS=str(database.address), **settings)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        try:
            code = main(["rule", *arguments])
        except SystemExit as wrong:
            code = int(str(wrong.code))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def kept(database: StoreSettings, query: str = KEPT) -> list[tuple[Any, ...]]:
    with psycopg.connect(str(database.address)) as connection:
        return connection.execute(query).fetchall()


def test_until_one_is_set_the_rule_is_the_settings(ran: Ran) -> None:
    code, printed, _ = ran("show", GATEWAY_AUTOMATIC_LINES="KASKO,LIFE", GATEWAY_AUTOMATIC_LEAST_PREMIUM="1500.5")
    assert (code, printed.splitlines()) == (
        0,
        [
            "rule of the settings",
            "is           off",
            "lines        KASKO,LIFE",
            "premium from 1500.50",
            "contacts     PHONE,EMAIL",
            "new days     14",
        ],
    )


def test_what_is_set_is_in_force_and_what_is_not_given_stays(ran: Ran, database: StoreSettings) -> None:
    first = ran("set", "--on", "--lines", "kasko", *WHY)
    assert (first[0], "kasko is none of KASKO, OSAGO" in first[2]) == (2, True)
    assert ran("set", "--on", "--lines", "TRAVEL, KASKO", *WHY)[0] == 0
    code, printed, _ = ran("set", "--least-premium", "1000", "--new-days", "3", *WHY, GATEWAY_AUTOMATIC_NEW_DAYS="99")
    assert code == 0
    assert printed.splitlines()[0].startswith("rule 2, set by Ivanova at 20")
    assert printed.splitlines()[1:] == [
        "reason       the pilot begins",
        "is           on",
        "lines        KASKO,TRAVEL",
        "premium from 1000.00",
        "contacts     PHONE,EMAIL",
        "new days     3",
    ]
    assert ran("show")[1] == printed
    ran("set", "--off", "--least-premium", "any", "--contacts", "EMAIL", *WHY)
    said = ("Ivanova", "the pilot begins")
    assert kept(database) == [
        (False, ["KASKO", "TRAVEL"], None, ["EMAIL"], 3, *said),
        (True, ["KASKO", "TRAVEL"], "1000.00", ["PHONE", "EMAIL"], 3, *said),
        (True, ["KASKO", "TRAVEL"], None, ["PHONE", "EMAIL"], 14, *said),
    ]


def test_the_settings_rule_can_be_made_the_operators_as_it_is(ran: Ran, database: StoreSettings) -> None:
    assert ran("set", *WHY)[0] == 0
    assert kept(database) == [(False, ALL_LINES, None, ["PHONE", "EMAIL"], 14, "Ivanova", "the pilot begins")]


def test_the_history_has_each_version_with_who_and_why_the_newest_first(ran: Ran) -> None:
    ran("set", "--on", "--lines", "KASKO", *WHY)
    ran("set", "--off", "--by", "Petrov", "--reason", "complaint 17")
    code, printed, _ = ran("history")
    heads, *rows = printed.splitlines()
    assert (code, heads.split()[:3]) == (0, ["number", "set", "at"])
    assert [each.split()[0] for each in rows] == ["2", "1"]
    assert [each.split()[3:7] for each in rows] == [
        ["off", "KASKO", "any", "PHONE,EMAIL"],
        ["on", "KASKO", "any", "PHONE,EMAIL"],
    ]
    assert rows[0].endswith("Petrov: complaint 17")
    assert rows[1].endswith("Ivanova: the pilot begins")


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("--lines", "KASKO,BOATS"), 2, "BOATS is none of KASKO, OSAGO"),
        (("--lines", ","), 1, "rule: lines: at least one"),
        (("--contacts", "PIGEON"), 2, "PIGEON is none of PHONE, EMAIL"),
        (("--contacts", ""), 1, "rule: contacts: at least one"),
        (("--new-days", "0"), 1, "rule: new days: from 1 to 366"),
        (("--new-days", "367"), 1, "rule: new days: from 1 to 366"),
        (("--new-days", "soon"), 2, "invalid int value: 'soon'"),
        (("--least-premium", "much"), 2, "much is neither a number of roubles nor any"),
        (("--least-premium", "-1"), 1, "rule: least premium: roubles from 0"),
        (("--least-premium", "0.001"), 1, "rule: least premium: roubles from 0"),
        (("--least-premium", "NaN"), 1, "rule: least premium: roubles from 0"),
        (("--least-premium", "1e40"), 1, "rule: least premium: roubles from 0"),
        (("--on", "--off"), 2, "not allowed with argument"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_and_told(
    ran: Ran, database: StoreSettings, arguments: tuple[str, ...], code: int, complaint: str
) -> None:
    ended, printed, complained = ran("set", *(f"{each}" for each in arguments), *WHY)
    assert (ended, printed) == (code, "")
    assert complaint in complained
    assert kept(database) == []


@pytest.mark.parametrize(
    "why", [("--by", " ", "--reason", "long enough"), ("--by", "Ivanova", "--reason", "why"), ("--by", "Ivanova")]
)
def test_without_who_and_why_nothing_is_set(ran: Ran, database: StoreSettings, why: tuple[str, ...]) -> None:
    code, printed, complained = ran("set", "--on", *why)
    assert (code > 0, printed, "--reason" in complained) == (True, "", True)
    assert kept(database) == []


def test_the_same_rule_again_is_told_and_not_kept(ran: Ran, database: StoreSettings) -> None:
    ran("set", "--on", *WHY)
    assert ran("set", "--on", *WHY) == (1, "", "rule: this is the rule already\n")
    assert len(kept(database)) == 1


@pytest.mark.parametrize(
    "change",
    ["UPDATE automatic_rules SET new_days = 1", "DELETE FROM automatic_rules", "TRUNCATE automatic_rules CASCADE"],
)
def test_the_history_cannot_be_changed(ran: Ran, database: StoreSettings, change: str) -> None:
    ran("set", "--on", *WHY)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="automatic_rules is added to only"):
        kept(database, change)
