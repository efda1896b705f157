"""What each operation answers from the population, with the faults that concern its rows."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dev.simulators.kit import Draw, Fault, Reply
from dev.simulators.policy_core import agreements, bills, choices, documents, journal, offers, rows, soap, spelling
from dev.simulators.policy_core.portfolio import Portfolio
from dev.simulators.policy_core.soap import Call, Failure, element, group
from dev.simulators.policy_core.writes import Writes
from dev.simulators.population import Population
from dev.simulators.population.records import Client, Policy

MAX_EVENTS = 500
_UNKNOWN = 200
_LOCKED = 510

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Books:
    """The core's data on a day. Units: `document_bytes` replaces the size of every document."""

    population: Population
    portfolio: Portfolio
    writes: Writes
    page_size: int
    document_bytes: int | None

    def answer(self, asked: Call, draw: Draw) -> Reply:
        """The reply to an operation within a good session. Raises: Failure."""
        if asked.operation == "GetDocument":
            return self._document(asked)
        if asked.operation in self.writes.operations():
            return soap.success(asked.operation, [self.writes.answer(asked)])
        operations: dict[str, Callable[[Call, Draw], Iterator[str]]] = {
            "GetClients": self._clients,
            "FindClient": self._find_client,
            "GetPolicies": self._policies,
            "FindPolicies": self._find_policies,
            "GetInstalments": self._instalments,
            "GetDocumentList": self._document_lists,
            "GetRenewalOptions": self._renewal_options,
            "GetProductRules": self._product_rules,
            "GetDictionary": self._dictionary,
            "GetJournal": self._journal,
            "GetBillStatus": self._bill_status,
        }
        return soap.success(asked.operation, operations[asked.operation](asked, draw))

    def _clients(self, asked: Call, draw: Draw) -> Iterator[str]:
        stale = draw.has(Fault.STALE_READ)

        def find(key: str) -> Client | None:
            record = self.population.client(spelling.isn_of(key))
            return record if stale else self.writes.state.contacts.shown(record)

        found, refused = _looked_up(asked.all("Isn"), find, draw)
        yield from _written(rows.client, draw.rows(sorted(found, key=lambda each: _scattered(each.isn))), draw)
        yield from (rows.item_error("Isn", key, code) for key, code in refused.items())

    def _find_client(self, asked: Call, _draw: Draw) -> Iterator[str]:
        found: Client | Policy | None
        if number := asked.one("PolicyNumber"):
            found = self.portfolio.policy_by_number(number)
        elif phone := asked.one("Phone"):
            found = self.writes.state.contacts.by_phone(spelling.e164_of(phone), self.population)
        else:
            found = self.writes.state.contacts.by_email(asked.one("Email"), self.population)
        if found is None:
            raise Failure(_UNKNOWN)
        isn = found.holder_isn if isinstance(found, Policy) else found.isn
        yield element("ClientIsn", spelling.isn(isn))

    def _policies(self, asked: Call, draw: Draw) -> Iterator[str]:
        known = {key: record for key in asked.keys if (record := _policy(self._seen(draw), key))}
        found = draw.rows(sorted(known.items(), key=lambda pair: _scattered(pair[1].isn)))
        locked = draw.victims(Fault.PARTIAL_BATCH, len(found))
        policy = self._policy_row(found, draw)
        for index, ((by, spelled), record) in enumerate(found):
            code = _locked_code(draw) if index in locked else 0
            content = "" if code else policy(index, record)
            yield rows.policy_item(by, spelled, code, content)
        yield from (rows.policy_item(by, spelled, _UNKNOWN) for by, spelled in asked.keys if (by, spelled) not in known)

    def _find_policies(self, asked: Call, draw: Draw) -> Iterator[str]:
        seen, isns = self._seen(draw), list(map(spelling.isn_of, asked.all("ClientIsn")))
        locked = draw.victims(Fault.PARTIAL_BATCH, len(isns))
        readable = [isn for index, isn in enumerate(isns) if index not in locked]
        every = sorted((p for isn in readable for p in seen.policies_of(isn)), key=lambda p: _scattered(p.isn))
        offset = self._offset(asked.one("PageToken"), isns)
        if offset == 0:
            for index, isn in enumerate(isns):
                code = _locked_code(draw) if index in locked else 0 if self.population.client(isn) else _UNKNOWN
                yield rows.client_item(isn, code, len(seen.policies_of(isn)))
        # Rows that were put in before this page push its own rows back: some come twice, the last ones slip.
        drift = switch.rows if offset and (switch := draw.get(Fault.PAGE_DRIFT)) else 0
        start = max(0, offset - drift)
        page = draw.rows(every[start : start + self.page_size])
        policy = self._policy_row(page, draw)
        yield from (policy(index, record) for index, record in enumerate(page))
        if offset + self.page_size < len(every):
            yield element("NextPageToken", _token(offset + self.page_size, isns))

    def _instalments(self, asked: Call, draw: Draw) -> Iterator[str]:
        known, refused = self._by_number(asked, draw)
        found = draw.rows(known)
        spoilt = draw.victims(Fault.UNKNOWN_ENUM, len(found))
        for index, record in enumerate(found):
            yield rows.plan(record.number, self._seen(draw).instalments(record), spoilt=index in spoilt)
        yield from refused

    def _document_lists(self, asked: Call, draw: Draw) -> Iterator[str]:
        known, refused = self._by_number(asked, draw)
        found = draw.rows(known)
        spoilt, lossy = (draw.victims(fault, len(found)) for fault in (Fault.UNKNOWN_ENUM, Fault.FLOAT_ID))
        for index, record in enumerate(found):
            listed = self._seen(draw).documents(record)
            size = self.document_bytes
            yield rows.document_list(record.number, listed, size, spoilt=index in spoilt, lossy=index in lossy)
        yield from refused

    def _document(self, asked: Call) -> Reply:
        found = self.portfolio.document(spelling.isn_of(asked.one("DocumentId")))
        policy = self.portfolio.policy_by_number(asked.one("PolicyNumber"))
        if found is None or policy is None or found[0].isn != policy.isn:
            raise Failure(_UNKNOWN)
        return documents.reply(found[1], policy.number, self.document_bytes)

    def _renewal_options(self, asked: Call, draw: Draw) -> Iterator[str]:
        policy = self.portfolio.policy_by_number(asked.one("PolicyNumber"))
        if policy is None:
            raise Failure(_UNKNOWN)
        with_choices = asked.one("WithChoices") == "Y" and agreements.refusal(self.portfolio, policy) is None
        yield offers.renewal(
            policy,
            self.portfolio.instalments(policy),
            self.portfolio.today,
            rate_bp=self.writes.state.agreements.rate_bp,
            renewed=policy.isn in self.portfolio.written.renewed,
            choices=choices.row(agreements.offered(self.portfolio, policy)) if with_choices else "",
            spoilt=draw.has(Fault.UNKNOWN_ENUM),
        )

    def _product_rules(self, asked: Call, draw: Draw) -> Iterator[str]:
        terms = self.population.product(asked.one("ProductCode"))
        if terms is None:
            raise Failure(_UNKNOWN)
        yield offers.rules(terms, spoilt=draw.has(Fault.UNKNOWN_ENUM))

    def _dictionary(self, asked: Call, draw: Draw) -> Iterator[str]:
        entries = spelling.DICTIONARIES.get(asked.one("Name"))
        if entries is None:
            raise Failure(_UNKNOWN)
        for code, name in draw.rows(list(entries.items())):
            yield group("Entry", element("Code", str(code)), element("Name", name))

    def _journal(self, asked: Call, draw: Draw) -> Iterator[str]:
        first, count = int(asked.one("FromSeq")), int(asked.one("Count"))
        if first < 1 or count < 1:
            raise Failure(111)
        if count > MAX_EVENTS:
            raise Failure(110)
        every = journal.with_written(self.population.seed, self.portfolio.today, self.writes.state.events)
        again = switch.rows if (switch := draw.get(Fault.REDELIVERED_EVENTS)) else 0
        numbered = list(enumerate(every, 1))[max(0, first - 1 - again) : first - 1 + count]
        shown = draw.rows(numbered)
        spoilt = draw.victims(Fault.UNKNOWN_ENUM, len(shown))
        for index, (seq, event) in enumerate(shown):
            yield journal.row(seq, event, spoilt=index in spoilt)
        yield element("LastSeq", str(len(every)))

    def _bill_status(self, asked: Call, draw: Draw) -> Iterator[str]:
        bill = self.writes.state.bills.get(spelling.isn_of(asked.one("BillIsn")))
        yield bills.row(bills.before(bill) if draw.has(Fault.STALE_READ) else bill, spoilt=draw.has(Fault.UNKNOWN_ENUM))

    def _seen(self, draw: Draw) -> Portfolio:
        """The policies as this call sees them."""
        return replace(self.portfolio, lags=True) if draw.has(Fault.STALE_READ) else self.portfolio

    def _by_number(self, asked: Call, draw: Draw) -> tuple[list[Policy], list[str]]:
        """The policies asked for by number, and an ItemError for each number without one."""
        found, refused = _looked_up(asked.all("PolicyNumber"), self._seen(draw).policy_by_number, draw)
        by_isn = {record.isn: record for record in found}
        told = [rows.item_error("PolicyNumber", key, code) for key, code in refused.items()]
        return [by_isn[isn] for isn in sorted(by_isn, key=_scattered)], told

    def _policy_row(self, found: Sequence[object], draw: Draw) -> Callable[[int, Policy], str]:
        """Writes the n-th policy of a reply as the faults have it."""
        spoilt, lossy = (draw.victims(fault, len(found)) for fault in (Fault.UNKNOWN_ENUM, Fault.FLOAT_ID))

        def write(index: int, record: Policy) -> str:
            return rows.policy(record, spoilt=index in spoilt, lossy=index in lossy)

        return write

    def _offset(self, token: str, isns: Sequence[int]) -> int:
        if not token:
            return 0
        offset = token.partition("-")[0]
        if not offset.isdecimal() or token != _token(int(offset), isns):
            raise Failure(112)
        return int(offset)


def _policy(portfolio: Portfolio, key: tuple[str, str]) -> Policy | None:
    by, spelled = key
    return portfolio.policy(spelling.isn_of(spelled)) if by == "Isn" else portfolio.policy_by_number(spelled)


def _looked_up(keys: Sequence[str], find: Callable[[str], Row | None], draw: Draw) -> tuple[list[Row], dict[str, int]]:
    """What the keys lead to, and the code of each that leads nowhere or that a partial batch leaves locked."""
    locked = draw.victims(Fault.PARTIAL_BATCH, len(keys))
    found: list[Row] = []
    refused: dict[str, int] = {}
    for index, key in enumerate(keys):
        record = None if index in locked else find(key)
        if record is None:
            refused[key] = _locked_code(draw) if index in locked else _UNKNOWN
        else:
            found.append(record)
    return found, refused


def _written(write: Callable[..., str], found: Sequence[Row], draw: Draw) -> Iterator[str]:
    spoilt, lossy = (draw.victims(fault, len(found)) for fault in (Fault.UNKNOWN_ENUM, Fault.FLOAT_ID))
    for index, record in enumerate(found):
        yield write(record, spoilt=index in spoilt, lossy=index in lossy)


def _locked_code(draw: Draw) -> int:
    switch = draw.get(Fault.PARTIAL_BATCH)
    return int((switch and switch.code) or _LOCKED)


def _scattered(isn: int) -> int:
    """An order that is the same every time and looks like none."""
    return isn * 2_654_435_761 % 2**32


def _token(offset: int, isns: Sequence[int]) -> str:
    """Names the page and the persons it was cut for."""
    return f"{offset}-{zlib.crc32(repr(isns).encode()):08x}"
