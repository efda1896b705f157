"""The README's way to register by hand: the demo tab's own operations, with nothing but what they and messages show."""

from __future__ import annotations

from typing import Any, Final

from dev.demo.files import by_hand
from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.registering import PASSWORD, Registrant

BY_HAND: Final = Person("client-who-registers-by-hand", 2596516908)
TAB: Final = by_hand("registration")


def run(stack: Stack, name: str, bearer: str | None = None, **variables: Any) -> Any:
    """Run one operation of the tab."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
    body = {"query": TAB, "operationName": name, "variables": variables}
    answer = fetch("POST", f"{stack.url}/graphql", body, headers)
    assert "errors" not in answer, answer["errors"]
    [data] = answer["data"].values()
    return data


def test_the_tabs_operations_lead_to_an_account_with_what_they_show(stack: Stack) -> None:
    client = run(stack, "Person", stack.issuer.token(BY_HAND))["client"]
    known, number = client["profile"], client["policies"]["edges"][0]["node"]["number"]
    phone, email = known["phone"]["value"], known["email"]["value"]
    reader = Registrant(stack, BY_HAND)
    assert run(stack, "RegistrationPicture")["picture"]["image"].startswith("data:image/png")
    id_, digits = reader.picture()

    steps = [
        run(stack, "Start", pictureId=id_, pictureCode=digits, policyNumber=number, fullName=known["name"]["full"])
    ]
    for name, given in (("Phone", {"phone": phone}), ("Code", {}), ("Email", {"email": email}), ("Code", {})):
        code = {} if given else {"code": reader.received(email if name_of(steps[-1]) == "EMAIL_CODE" else phone)}
        steps.append(run(stack, name, token=token_of(steps[-1]), **given, **code))
    done = run(stack, "Finish", token=token_of(steps[-1]), password=PASSWORD)
    again = run(stack, "SignIn", login=phone, password=PASSWORD)

    assert [name_of(each) for each in steps] == ["PHONE", "PHONE_CODE", "EMAIL", "EMAIL_CODE", "PASSWORD"]
    for signed_in in (done, again):
        assert run(stack, "Person", signed_in["tokens"]["accessToken"])["client"]["profile"] == known


def token_of(step: Any) -> str:
    """The token for the next step."""
    return str(step["progress"]["token"])


def name_of(step: Any) -> str:
    """What is waited for."""
    return str(step["progress"]["step"])
