"""Rows of replies as text: nothing is kept, each is written anew when asked for.

`spoilt` gives a row a code that no dictionary has, `lossy` an id that has lost its last digits.
"""

from collections.abc import Sequence

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.soap import element, group, status
from dev.simulators.population.records import (
    Client,
    Consent,
    Coverage,
    Deductible,
    Document,
    Instalment,
    InsuredObject,
    Participant,
    PersonName,
    Policy,
    Property,
    Vehicle,
)


def client(record: Client, *, spoilt: bool = False, lossy: bool = False) -> str:
    """A Client."""
    return group(
        "Client",
        element("Isn", spelling.isn(record.isn, lossy=lossy)),
        element("Number", record.number),
        _name(record.name),
        element("BirthDate", spelling.day(record.birth_date)),
        element("Sex", "Н" if spoilt else spelling.SEXES[record.sex]),
        element("Phone", spelling.phone(record.phone, record.isn)),
        element("PhoneConfirmed", spelling.flag(record.phone_confirmed)),
        element("Email", record.email),
        element("EmailConfirmed", spelling.flag(record.email_confirmed)),
        *map(_consent, record.consents),
    )


def policy(record: Policy, *, spoilt: bool = False, lossy: bool = False) -> str:
    """A Policy."""
    return group(
        "Policy",
        element("Isn", spelling.isn(record.isn, lossy=lossy)),
        element("Number", record.number),
        element("ProductCode", record.product.code),
        element("ProductName", record.product.name),
        element("Line", str(spelling.LINES[record.line])),
        element("State", "На проверке" if spoilt else spelling.STATES[record.status]),
        element("SignDate", spelling.day(record.concluded_on)),
        element("BeginDate", spelling.day(record.start)),
        element("EndDate", spelling.day(record.end)),
        element("SinglePremium", spelling.flag(record.single_premium)),
        element("Currency", spelling.RUB),
        element("SumInsured", spelling.amount(record.sum_insured)),
        element("Premium", spelling.amount(record.premium)),
        element("HolderIsn", spelling.isn(record.holder_isn)),
        *map(_participant, record.participants),
        *map(_insured_object, record.insured_objects),
        *map(_coverage, record.coverages),
    )


def policy_item(by: str, spelled: str, code: int, content: str = "") -> str:
    """A PolicyItem: the key as it was asked for, with its policy unless the code is an error."""
    return group("Item", group("Key", element(by, spelled)), status("ItemStatus", code), content)


def client_item(isn: int, code: int, policies: int) -> str:
    """A ClientItem; how many policies there are is told of a holder who can be read."""
    count = None if code else str(policies)
    return group(
        "Client", element("ClientIsn", spelling.isn(isn)), status("ItemStatus", code), element("PolicyCount", count)
    )


def item_error(by: str, spelled: str, code: int) -> str:
    """An ItemError: the key as it was asked for, and why it has no row."""
    return group("ItemError", element(by, spelled), status("ItemStatus", code))


def plan(number: str, instalments: Sequence[Instalment], *, spoilt: bool = False) -> str:
    """An InstalmentPlan, the last due first."""
    currency = spelling.UNKNOWN_CODE if spoilt else spelling.RUB
    return group(
        "Plan",
        element("PolicyNumber", number),
        *(_instalment(record, currency) for record in reversed(instalments)),
    )


def document_list(
    number: str, documents: Sequence[Document], size: int | None, *, spoilt: bool = False, lossy: bool = False
) -> str:
    """A DocumentList; the first document is the one to be spoilt, `size` stands for that of each."""
    return group(
        "List",
        element("PolicyNumber", number),
        *(
            _document(record, size or record.size_bytes, spoilt=spoilt and index == 0, lossy=lossy and index == 0)
            for index, record in enumerate(documents)
        ),
    )


def _name(name: PersonName) -> str:
    return element("LastName", name.last) + element("FirstName", name.first) + element("MiddleName", name.patronymic)


def _consent(record: Consent) -> str:
    return group(
        "Consent",
        element("Purpose", str(spelling.CONSENTS[record.purpose])),
        element("TextVersion", record.text_version),
        element("GivenDate", spelling.day(record.given_on)),
        element("ExpiryDate", spelling.day(record.expires_on) if record.expires_on else None),
        element("RevokedDate", spelling.day(record.revoked_on) if record.revoked_on else None),
    )


def _participant(record: Participant) -> str:
    return group(
        "Participant",
        element("Role", str(spelling.ROLES[record.role])),
        element("Isn", spelling.isn(record.isn)),
        _name(record.name),
        element("Share", None if record.share is None else spelling.decimal(record.share)),
    )


def _insured_object(record: InsuredObject) -> str:
    if isinstance(record, Vehicle):
        return group("InsuredObject", _vehicle(record))
    if isinstance(record, Property):
        area = element("Area", spelling.decimal(record.area_m2))
        home = group("Property", element("Kind", record.kind), element("Address", record.address), area)
        return group("InsuredObject", home)
    born = element("BirthDate", spelling.day(record.birth_date))
    return group("InsuredObject", group("Person", _name(record.name), born))


def _vehicle(record: Vehicle) -> str:
    return group(
        "Vehicle",
        element("Make", record.make),
        element("Model", record.model),
        element("Year", str(record.year)),
        element("Vin", record.vin),
        element("Plate", record.plate),
        element("BodyNumber", record.body_number),
        element("ChassisNumber", record.chassis_number),
    )


def _coverage(record: Coverage) -> str:
    return group(
        "Coverage",
        element("RiskCode", record.risk_code),
        element("RiskName", record.risk),
        element("SumInsured", spelling.amount(record.sum_insured)),
        element("Aggregate", spelling.flag(record.aggregate)),
        "" if record.deductible is None else _deductible(record.deductible),
    )


def _deductible(record: Deductible) -> str:
    return group(
        "Deductible",
        element("Kind", str(spelling.DEDUCTIBLES[record.kind])),
        element("Amount", None if record.amount is None else spelling.amount(record.amount)),
        element("Percent", None if record.percent is None else spelling.decimal(record.percent)),
        element("FromClaim", str(record.from_claim)),
    )


def _instalment(record: Instalment, currency: str) -> str:
    return group(
        "Instalment",
        element("No", str(record.number)),
        element("DueDate", spelling.day(record.due_on)),
        element("Amount", spelling.amount(record.amount)),
        element("Currency", currency),
        element("PaidDate", spelling.day(record.paid_on) if record.paid_on else None),
    )


def _document(record: Document, size: int, *, spoilt: bool, lossy: bool) -> str:
    return group(
        "Document",
        element("DocumentId", spelling.isn(record.isn, lossy=lossy)),
        element("Kind", spelling.UNKNOWN_CODE if spoilt else str(spelling.DOCUMENTS[record.kind])),
        element("Title", record.title),
        element("FileName", record.file_name),
        element("MediaType", record.media_type),
        element("Size", str(size)),
        element("IssueDate", spelling.day(record.issued_on)),
    )
