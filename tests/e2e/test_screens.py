"""What the consumers' own operations show, drawn from the simulators through every floor."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dev.tokens import PEOPLE
from domain.reminders import ReminderKind
from tests.e2e.asking import HUNDRED_POLICIES, Gateway

NO_BREAK = "\u00a0"


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Moscow")).date()


def test_the_home_screen_shows_the_pictures_of_the_account(gateway: Gateway) -> None:
    client = gateway.ask("home_screen")["viewer"]["client"]
    (contract,) = [each for each in client["lifeContracts"] if each["number"] == "P10033148"]
    assert contract["period"] == {"end": (today() + timedelta(days=142)).isoformat(), "daysLeft": 142}
    payout = contract["valuation"]["payoutAtMaturity"]
    assert payout == {
        "amount": "5000232.42",
        "currency": "RUB",
        "formatted": f"5{NO_BREAK}000{NO_BREAK}232,42{NO_BREAK}₽",
    }
    assert {each["kind"] for each in client["reminders"]["items"]} == set(ReminderKind)
    assert client["reminders"]["unavailable"] == []
    assert {edge["node"]["line"] for edge in client["policies"]["edges"]} >= {
        "KASKO",
        "OSAGO",
        "PROPERTY",
        "TRAVEL",
        "LIFE",
    }
    assert client["profile"]["phone"]["masked"].startswith("+7 *** ***-")


def test_a_reader_of_english_gets_english(gateway: Gateway) -> None:
    client = gateway.ask("home_screen", language="en")["viewer"]["client"]
    sums = [each["valuation"]["payoutAtMaturity"]["formatted"] for each in client["lifeContracts"]]
    assert f"RUB{NO_BREAK}5,000,232.42" in sums
    assert all(each["title"].isascii() for each in client["reminders"]["items"])


def test_reminders_are_the_same_on_every_reading(gateway: Gateway) -> None:
    first, second = (gateway.ask("home_screen")["viewer"]["client"]["reminders"]["items"] for _ in range(2))
    assert first == second
    assert len({each["id"] for each in first}) == len(first)


def test_the_policy_page_has_everything_of_a_policy(gateway: Gateway) -> None:
    policy = gateway.ask("policy_page")["policy"]
    assert (policy["number"], policy["line"], policy["period"]["daysLeft"]) == ("P10033148", "LIFE", 142)
    assert {each["kind"] for each in policy["documents"]} >= {"POLICY", "RULES"}
    assert all(each["download"]["url"].startswith(gateway.stack.url) for each in policy["documents"])
    assert policy["coverages"]
    assert policy["instalments"]


def test_the_claim_list_holds_every_case_with_its_deadlines(gateway: Gateway) -> None:
    claims = gateway.ask("claim_list")["viewer"]["client"]["claims"]
    nodes = [edge["node"] for edge in claims["edges"]]
    assert claims["totalCount"] == len(nodes) == 7
    assert {each["status"] for each in nodes} >= {
        "REPAIR_REFERRED",
        "DOCUMENTS_REQUIRED",
        "INSPECTION",
        "DRAFT",
        "PAID",
    }
    (osago,) = [each for each in nodes if each["policy"]["line"] == "OSAGO" and each["status"] == "UNDER_REVIEW"]
    assert [(each["rule"], each["basis"], each["days"]) for each in osago["deadlines"]] == [
        ("OSAGO_DECISION", "LAW", 20)
    ]
    (referred,) = [each for each in nodes if each["status"] == "REPAIR_REFERRED"]
    assert referred["referral"]["deductibleDue"]["formatted"] == f"15{NO_BREAK}000,00{NO_BREAK}₽"


def test_the_life_page_is_the_worked_example(gateway: Gateway) -> None:
    contract = gateway.ask("life_page")["policy"]["lifeContract"]
    valuation = contract["valuation"]
    assert (contract["startLevel"], valuation["currentLevel"]) == ("1845.6200", "2340.9000")
    assert contract["strategy"]["participationPercent"] == "71.00"
    assert valuation["investmentIncome"]["formatted"] == f"800{NO_BREAK}232,42{NO_BREAK}₽"
    assert valuation["availableIncome"]["formatted"] == f"661{NO_BREAK}754,74{NO_BREAK}₽"
    assert len(contract["operations"]) == 11
    assert all((each["refusalText"] is None) is each["available"] for each in contract["operations"])


def test_a_hundred_policies_come_in_one_list(gateway: Gateway) -> None:
    policies = gateway.ask("hundred_policies", HUNDRED_POLICIES)["viewer"]["client"]["policies"]
    assert policies["totalCount"] == len(policies["edges"]) == 100
    assert len({edge["node"]["id"] for edge in policies["edges"]}) == 100
    assert len({edge["node"]["holder"]["id"] for edge in policies["edges"]}) == 1


def test_the_second_client_sees_nothing_of_the_first(gateway: Gateway) -> None:
    second = PEOPLE["second_client"]
    assert gateway.ask("policy_page", second) == {"policy": None}
    first = {edge["node"]["id"] for edge in gateway.ask("home_screen")["viewer"]["client"]["policies"]["edges"]}
    own = {edge["node"]["id"] for edge in gateway.ask("home_screen", second)["viewer"]["client"]["policies"]["edges"]}
    assert own
    assert first.isdisjoint(own)


def test_an_employee_sees_a_card_with_personal_data_masked(gateway: Gateway) -> None:
    card = gateway.ask("client_card", PEOPLE["employee"])["findClient"]
    assert card["profile"]["phone"] == {"masked": card["profile"]["phone"]["masked"], "value": None}
    assert card["profile"]["birthDate"] is None
    assert "P10033148" in {edge["node"]["number"] for edge in card["policies"]["edges"]}
    assert all(edge["node"]["event"]["place"] is None for edge in card["claims"]["edges"])
