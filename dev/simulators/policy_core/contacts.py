"""UpdateContacts: what was written since the start, laid over the population."""

from dataclasses import dataclass, field, replace

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.soap import Call, Failure
from dev.simulators.population import Population
from dev.simulators.population.records import Client

_UNKNOWN = 200
_SENSELESS = 111


@dataclass(slots=True)
class Contacts:
    """Contacts that were written, by whose they are."""

    changed: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)

    def update(self, asked: Call, population: Population) -> int:
        """Write; whose contacts they were. Raises: Failure."""
        isn, phone, email = spelling.isn_of(asked.one("ClientIsn")), asked.one("Phone"), asked.one("Email")
        if not phone and not email:
            raise Failure(_SENSELESS)
        if population.client(isn) is None:
            raise Failure(_UNKNOWN)
        before_phone, before_email = self.changed.get(isn, (None, None))
        self.changed[isn] = (phone or before_phone, email.lower() or before_email)
        return isn

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
