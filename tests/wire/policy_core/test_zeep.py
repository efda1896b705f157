"""An independent SOAP client reads the WSDL over the wire and calls every operation of the simulator process."""

from __future__ import annotations

from decimal import Decimal

import pytest
import requests
import zeep.exceptions

from tests.wire.policy_core.served import READY_S, Core

DEMO = "2596516901.0"
DEMO_POLICY = "P10033148"


def test_the_wsdl_names_the_address_and_every_operation(core: Core) -> None:
    description = requests.get(f"{core.address}?wsdl", timeout=READY_S).text

    assert f'<soap:address location="{core.address}"/>' in description
    assert f'schemaLocation="{core.address}?xsd=policy_core.xsd"' in description
    assert set(core.service._operations) == {
        "Login",
        "GetClients",
        "FindClient",
        "GetPolicies",
        "FindPolicies",
        "GetInstalments",
        "GetDocumentList",
        "GetDocument",
        "GetRenewalOptions",
        "GetProductRules",
        "GetDictionary",
        "GetJournal",
        "UpdateContacts",
        "CreateBill",
        "CreateOnlineBill",
        "GetBillStatus",
        "ConfirmPayment",
        "QuoteRenewal",
        "CreateAgreement",
    }


def test_get_clients(core: Core) -> None:
    data = core.ask("GetClients", Isn=[DEMO, "7.0"])
    (client,), (unknown,) = data.Client, data.ItemError

    assert (unknown.Isn, unknown.PolicyNumber, unknown.ItemStatus.ErrorCode) == ("7.0", None, 200)
    assert (client.Isn, client.Number[0], client.Sex, client.PhoneConfirmed) == (DEMO, "C", "Ж", "Y")
    assert [consent.Purpose for consent in client.Consent] == [1, 2, 3]


def test_get_policies_by_number_and_by_isn(core: Core) -> None:
    keys = [{"Number": "p100 331-48"}, {"Isn": "5000000001.0"}, {"Number": "NONE"}]

    *found, unknown = core.ask("GetPolicies", Key=keys).Item
    items = {item.Policy.Line: item for item in found}

    assert (unknown.Key.Number, unknown.ItemStatus.ErrorCode, unknown.Policy) == ("NONE", 200, None)
    assert set(items) == {10, 60}
    assert items[60].Key.Number == "p100 331-48"
    assert (items[60].ItemStatus.ErrorCode, items[60].Policy.Number) == (0, DEMO_POLICY)
    assert items[60].Policy.SumInsured == "4 200 000,00"
    assert items[10].Key.Isn == items[10].Policy.Isn == "5000000001.0"
    assert items[10].Policy.InsuredObject[0].Vehicle.Vin
    assert items[10].Policy.Coverage[0].RiskCode == "DAMAGE"


def test_find_policies(core: Core) -> None:
    data = core.ask("FindPolicies", ClientIsn=[DEMO, "7.0"])

    assert {client.ClientIsn: (client.ItemStatus.ErrorCode, client.PolicyCount) for client in data.Client} == {
        DEMO: (0, 8),
        "7.0": (200, None),
    }
    assert len(data.Policy) == 8
    assert {policy.HolderIsn for policy in data.Policy} == {DEMO}
    assert data.NextPageToken is None


def test_find_client(core: Core) -> None:
    (client,) = core.ask("GetClients", Isn=[DEMO]).Client
    for search in ({"PolicyNumber": DEMO_POLICY}, {"Phone": client.Phone}, {"Email": client.Email}):
        assert core.ask("FindClient", **search).ClientIsn == DEMO


def test_get_instalments(core: Core) -> None:
    data = core.ask("GetInstalments", PolicyNumber=[DEMO_POLICY, "NONE"])
    (plan,), (unknown,) = data.Plan, data.ItemError

    assert (unknown.PolicyNumber, unknown.ItemStatus.ErrorCode) == ("NONE", 200)
    assert (plan.PolicyNumber, plan.Instalment[0].Amount) == (DEMO_POLICY, "4 200 000,00")


def test_documents_and_their_content(core: Core) -> None:
    lists = core.ask("GetDocumentList", PolicyNumber=[DEMO_POLICY, "NONE"])
    (listed,), (unknown,) = lists.List, lists.ItemError
    assert (unknown.PolicyNumber, unknown.ItemStatus.ErrorCode) == ("NONE", 200)
    receipt = next(document for document in listed.Document if document.Kind == 3)

    data = core.ask("GetDocument", PolicyNumber=DEMO_POLICY, DocumentId=receipt.DocumentId)

    assert (data.FileName, data.MediaType, data.Size) == (receipt.FileName, "application/pdf", receipt.Size)
    assert len(data.Content) == receipt.Size
    assert data.Content.startswith(b"%PDF-")


def test_get_renewal_options(core: Core) -> None:
    policies = core.ask("FindPolicies", ClientIsn=[DEMO]).Policy
    osago = next(policy for policy in policies if policy.Line == 20)

    options = core.ask("GetRenewalOptions", PolicyNumber=osago.Number).RenewalOptions

    assert (options.PolicyNumber, options.Allowed, options.Currency) == (osago.Number, "Y", 643)
    assert Decimal(options.Premium.replace(" ", "").replace("\u00a0", "").replace(",", ".")) > 0


def test_get_product_rules(core: Core) -> None:
    rules = core.ask("GetProductRules", ProductCode="ISJ").ProductRules

    assert (rules.ProductCode, rules.CoolingOffDays, rules.InstalmentCount) == ("ISJ", 30, [1])


@pytest.mark.parametrize(
    "name", ["LINE", "ROLE", "DEDUCTIBLE", "DOCUMENT", "CONSENT", "CURRENCY", "RENEWAL_REFUSAL", "BILL", "EVENT"]
)
def test_get_dictionary(core: Core, name: str) -> None:
    entries = core.ask("GetDictionary", Name=name).Entry

    assert len({entry.Code for entry in entries}) == len(entries) >= 3
    assert all(entry.Name for entry in entries)


def test_get_journal(core: Core) -> None:
    data = core.ask("GetJournal", FromSeq=5, Count=3)

    assert [event.Seq for event in data.Event] == [5, 6, 7]
    assert {event.Kind for event in data.Event} <= {1, 2, 3}
    assert data.LastSeq > 100


def test_update_contacts_is_done_once_and_the_journal_tells_of_it(core: Core) -> None:
    moved = {"RequestId": "request-1", "ClientIsn": "2596516950.0", "Email": "Moved@example.ru"}
    before = core.ask("GetJournal", FromSeq=1, Count=1).LastSeq

    first, again = [core.ask("UpdateContacts", **moved) for _ in range(2)]

    assert first.ClientIsn == "2596516950.0"
    assert again == first
    (client,) = core.ask("GetClients", Isn=["2596516950.0"]).Client
    assert (client.Email, client.EmailConfirmed) == ("moved@example.ru", "Y")
    data = core.ask("GetJournal", FromSeq=before + 1, Count=5)
    assert [(each.Kind, each.PolicyNumber, each.SubjectIsn) for each in data.Event] == [(4, None, "2596516950.0")]
    assert data.LastSeq == before + 1


def test_contacts_of_nobody_and_no_contacts_are_errors(core: Core) -> None:
    unknown = core.service.UpdateContacts(
        SessionId=core.session, RequestId="request-2", ClientIsn="7.0", Phone="+79050001122"
    )
    nothing = core.service.UpdateContacts(SessionId=core.session, RequestId="request-3", ClientIsn=DEMO)
    assert [each.ResponseStatus.ErrorCode for each in (unknown, nothing)] == [200, 111]


def test_an_error_comes_in_band_without_data(core: Core) -> None:
    reply = core.service.GetProductRules(SessionId=core.session, ProductCode="NONE")
    expired = core.service.GetDictionary(SessionId="none", Name="LINE")
    too_many = core.service.GetClients(SessionId=core.session, Isn=[DEMO] * 51)
    wrong = core.service.Login(User="gateway", Password="guess")
    no_page = core.service.FindPolicies(SessionId=core.session, ClientIsn=[DEMO], PageToken="100-00000000")
    no_sense = core.service.GetJournal(SessionId=core.session, FromSeq=0, Count=1)
    long = core.service.GetJournal(SessionId=core.session, FromSeq=1, Count=501)

    replies = (reply, expired, too_many, wrong, no_page, no_sense, long)
    assert [each.ResponseStatus.ErrorCode for each in replies] == [200, 100, 110, 101, 112, 111, 110]
    assert reply.ResponseData is None


def test_a_request_against_the_schema_is_a_fault(core: Core) -> None:
    with pytest.raises(zeep.exceptions.Fault) as raised:
        core.service.GetClients(SessionId=core.session, Isn=["2596516901"])

    assert raised.value.code == "soap:Client"
