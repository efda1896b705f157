"""Settings of automatic registration: the rule as an operator writes it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from domain.accounts.automatic import Rule, StandingRule
from domain.models import ContactKind, Line
from gateway.settings import OWN_SECTIONS, SettingsError, load
from gateway.settings.printing import as_toml
from tests.unit.gateway.settings.test_channels import SOUND

FILE = """
[automatic]
enabled = true
lines = ["KASKO", "TRAVEL"]
least_premium = 1500.50
contacts = ["EMAIL"]
new_days = 3
"""


def test_it_is_off_unless_said_otherwise() -> None:
    assert not load({}, None, SOUND).automatic.standing.is_on


def test_the_rule_is_what_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(FILE, encoding="utf-8")
    wanted = Rule(frozenset({Line.KASKO, Line.TRAVEL}), Decimal("1500.50"), frozenset({ContactKind.EMAIL}), new_days=3)
    assert load({}, file, SOUND).automatic.standing == StandingRule(wanted)


def test_once_on_every_line_counts_at_any_premium_with_both_contacts() -> None:
    rule = load({}, None, SOUND | {"GATEWAY_AUTOMATIC_ENABLED": "true"}).automatic.standing
    assert rule == StandingRule(Rule(frozenset(Line), None, frozenset(ContactKind), 14))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("AUTOMATIC_LINES", "KASKO,BOATS", "one of KASKO"),
        ("AUTOMATIC_CONTACTS", "", "at least one"),
        ("ACCOUNTS_ACTIVATION_URL", "http://account.example/#", "must start with https:// in production"),
    ],
)
def test_what_cannot_be_is_told(name: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        load({}, None, SOUND | {f"GATEWAY_{name}": value})


def test_it_is_printed() -> None:
    printed = as_toml(OWN_SECTIONS)
    assert "[automatic]\n" in printed
    assert 'lines = ["KASKO", "OSAGO", "PROPERTY", "TRAVEL", "HEALTH", "LIFE"]\n' in printed
