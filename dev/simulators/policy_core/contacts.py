"""UpdateContacts: what was written since the start, laid over the population."""

from dataclasses import dataclass, field, replace
from datetime import date

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.journal import CONTACTS_CHANGED, Event
from dev.simulators.policy_core.soap import Call, Failure, element
from dev.simulators.population import Population
from dev.simulators.population.records import Client

_UNKNOWN = 200
_SENSELESS = 111


@dataclass(slots=True)
class Contacts:
    """Contacts that were written, whose they are by address, and the first result of every request id."""

    changed: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    results: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def update(self, asked: Call, population: Population, today: date) -> str:
        """Write, unless the request id was seen before; the data of the reply. Raises: Failure."""
        request_id = asked.one("RequestId")
        if request_id not in self.results:
            isn, phone, email = spelling.isn_of(asked.one("ClientIsn")), asked.one("Phone"), asked.one("Email")
            if not phone and not email:
                raise Failure(_SENSELESS)
            if population.client(isn) is None:
                raise Failure(_UNKNOWN)
            before_phone, before_email = self.changed.get(isn, (None, None))
            self.changed[isn] = (phone or before_phone, email.lower() or before_email)
            self.events.append(Event(CONTACTS_CHANGED, None, isn, today))
            self.results[request_id] = isn
        return element("ClientIsn", spelling.isn(self.results[request_id]))

    def shown(self, record: Client | None) -> Client | None:
        """A client with what was written; what was written is confirmed."""
        if record is None or record.isn not in self.changed:
            return record
        phone, email = self.changed[record.isn]
        return replace(
            record,
            phone=phone or record.phone,
            phone_confirmed=record.phone_confirmed or phone is not None,
            email=email or record.email,
            email_confirmed=record.email_confirmed or email is not None,
        )

    def by_phone(self, phone: str, population: Population) -> Client | None:
        """The client with this phone in E.164 now."""
        holder = next((isn for isn, (changed, _) in self.changed.items() if changed == phone), None)
        found = self.shown(population.client_by_phone(phone) if holder is None else population.client(holder))
        return found if found is not None and found.phone == phone else None

    def by_email(self, email: str, population: Population) -> Client | None:
        """The client with this e-mail now, in any case of letters."""
        wanted = email.lower()
        holder = next((isn for isn, (_, changed) in self.changed.items() if changed == wanted), None)
        found = self.shown(population.client_by_email(wanted) if holder is None else population.client(holder))
        return found if found is not None and found.email == wanted else None
