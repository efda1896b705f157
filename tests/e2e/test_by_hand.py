"""The README's ways by hand: the demo tabs' own operations, with nothing but what they and messages show."""

from __future__ import annotations

import re
from typing import Any, Final

from dev.demo.files import by_hand
from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import exchange, fetch
from tests.e2e.paying import Payer, until
from tests.e2e.registering import PASSWORD, Registrant
from tests.e2e.renewing import plain

BY_HAND: Final = Person("client-who-registers-by-hand", 2596516908)
TAB: Final = by_hand("registration")
RENEWER: Final = Person("client-who-renews-by-hand", 2596516912)
RENEWAL: Final = by_hand("renewal")
TOLD: Final = re.compile(r"^# Register with (\S+) as (.+?), (\+[\d -]+), (\S+@\S+)\.$", re.MULTILINE)


def run(stack: Stack, name: str, bearer: str | None = None, *, tab: str = TAB, **variables: Any) -> Any:
    """Run one operation of a tab."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
    body = {"query": tab, "operationName": name, "variables": variables}
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


def test_the_tab_says_whom_to_register_to_renew_a_policy_from_the_choice_to_the_download(stack: Stack) -> None:
    number, name, phone, email = told(RENEWAL)
    reader = Registrant(stack, RENEWER)
    id_, digits = reader.picture()
    step = run(stack, "Start", pictureId=id_, pictureCode=digits, policyNumber=number, fullName=name)
    step = run(stack, "Phone", token=token_of(step), phone=phone)
    e164 = re.sub(r"[ -]", "", phone)
    step = run(stack, "Code", token=token_of(step), code=reader.received(e164))
    step = run(stack, "Email", token=token_of(step), email=email)
    step = run(stack, "Code", token=token_of(step), code=reader.received(email))
    bearer = run(stack, "Finish", token=token_of(step), password=PASSWORD)["tokens"]["accessToken"]

    def renew(operation: str, **variables: Any) -> Any:
        return run(stack, operation, bearer, tab=RENEWAL, **variables)

    policy = renew("Choices", number=number)
    choice = plain(policy["renewal"]["choices"]["proposed"])
    base = renew("Price", key="by-hand-1", policyId=policy["id"], choice=choice)["offer"]
    way = base["waysToSave"][0]
    offer = renew("Price", key="by-hand-2", policyId=policy["id"], choice=plain(way["choice"]))["offer"]
    [early] = renew("Sign", key="by-hand-3", offerId=offer["id"], code="000000")["errors"]
    assert early["__typename"] == "NotAccepted"
    assert early["message"]
    assert renew("Accept", key="by-hand-4", offerId=offer["id"])["errors"] == []
    code = reader.received(e164, reader.seen[e164])
    assert renew("Sign", key="by-hand-5", offerId=offer["id"], code=code)["errors"] == []
    until(lambda: renew("Offers")[0]["state"] == "AGREED")
    payment = renew("Pay", key="by-hand-6", offerId=offer["id"])["payment"]
    payer = Payer(stack, Registrant(stack, RENEWER, headers={"authorization": f"Bearer {bearer}"}))
    payer.press(payer.has_address(payment))
    until(lambda: renew("Offers")[0]["newPolicy"]["status"] != "AWAITING_PAYMENT")
    documents = renew("Offers")[0]["newPolicy"]["documents"]
    electronic = next(each for each in documents if each["title"].startswith("Полис"))
    status, body = exchange("GET", electronic["download"]["url"])
    assert (status, body[:5]) == (200, b"%PDF-")


def told(tab: str) -> tuple[str, str, str, str]:
    """Whom a tab says to register: policy, name, phone, e-mail."""
    found = TOLD.search(tab)
    assert found is not None
    number, name, phone, email = found.groups()
    return number, name, phone, email
