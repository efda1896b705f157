"""Claims: how a case came to its status, what was handed in, paid, ordered and written on the way."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from dev.simulators.population import keys
from dev.simulators.population.claim_records import (
    Author,
    Claim,
    ClaimFile,
    ClaimStatus,
    DocumentState,
    Message,
    Payout,
    RepairStation,
    RequiredDocument,
    TimelineEntry,
)
from dev.simulators.population.dice import Dice
from dev.simulators.population.events import DESCRIPTIONS, REQUIRED
from dev.simulators.population.places import CITIES, street_address
from dev.simulators.population.records import Policy
from dev.simulators.population.referrals import referral

MOSCOW = timezone(timedelta(hours=3), "MSK")
DEMO_CLAIM = keys.claim_place(1, 0)

_S = ClaimStatus
_PATHS: dict[ClaimStatus, tuple[ClaimStatus, ...]] = {
    _S.DRAFT: (_S.DRAFT,),
    _S.REGISTERED: (_S.REGISTERED,),
    _S.DOCUMENTS_REQUIRED: (_S.REGISTERED, _S.DOCUMENTS_REQUIRED),
    _S.INSPECTION: (_S.REGISTERED, _S.INSPECTION),
    _S.UNDER_REVIEW: (_S.REGISTERED, _S.DOCUMENTS_REQUIRED, _S.UNDER_REVIEW),
    _S.APPROVED: (_S.REGISTERED, _S.INSPECTION, _S.UNDER_REVIEW, _S.APPROVED),
    _S.REPAIR_REFERRED: (_S.REGISTERED, _S.INSPECTION, _S.UNDER_REVIEW, _S.APPROVED, _S.REPAIR_REFERRED),
    _S.IN_REPAIR: (_S.REGISTERED, _S.UNDER_REVIEW, _S.APPROVED, _S.REPAIR_REFERRED, _S.IN_REPAIR),
    _S.PAID: (_S.REGISTERED, _S.DOCUMENTS_REQUIRED, _S.UNDER_REVIEW, _S.APPROVED, _S.PAID),
    _S.REJECTED: (_S.REGISTERED, _S.UNDER_REVIEW, _S.REJECTED),
    _S.CLOSED: (_S.REGISTERED, _S.UNDER_REVIEW, _S.APPROVED, _S.PAID, _S.CLOSED),
}
_NOTES = {
    _S.DRAFT: "Черновик заявления сохранён",
    _S.REGISTERED: "Заявление зарегистрировано",
    _S.DOCUMENTS_REQUIRED: "Запрошены документы",
    _S.INSPECTION: "Назначен осмотр",
    _S.UNDER_REVIEW: "Документы получены, дело на рассмотрении",
    _S.APPROVED: "Принято решение о выплате",
    _S.REPAIR_REFERRED: "Выдано направление на ремонт",
    _S.IN_REPAIR: "Автомобиль принят в ремонт",
    _S.PAID: "Выплата произведена",
    _S.REJECTED: "В выплате отказано",
    _S.CLOSED: "Дело закрыто",
}
_PHOTO_KINDS = ("DAMAGE_PHOTOS",)
_COMPLETE = frozenset({_S.UNDER_REVIEW, _S.APPROVED, _S.REPAIR_REFERRED, _S.IN_REPAIR, _S.PAID, _S.REJECTED, _S.CLOSED})
_CENT = Decimal("0.01")


def claim(
    seed: int, today: date, place: int, policy: Policy, status: ClaimStatus, stations: tuple[RepairStation, ...]
) -> Claim:
    """The claim at a place; everything in it happened before today, but for appointments."""
    dice = Dice(seed, "claim", place)
    last_day = min(today - timedelta(days=1), policy.cancelled_on or today)
    event_day = max(policy.start, min(last_day, policy.end) - timedelta(days=dice.between(12, 70)))
    timeline = _timeline(dice, status, event_day, today)
    reached = {entry.status: entry.at for entry in timeline}
    complete_at = min((at for step, at in reached.items() if step in _COMPLETE), default=None)
    number = None if status is _S.DRAFT else keys.claim_number(place)
    referred = reached.get(_S.REPAIR_REFERRED)
    return Claim(
        id=keys.claim_id(place),
        number=number,
        policy_number=policy.number,
        holder_isn=policy.holder_isn,
        status=status,
        event_at=_at(event_day, dice.between(0, 8), dice.below(60)),
        event_place=f"г. {dice.pick(CITIES)}, {street_address(dice)}",
        description=dice.pick(DESCRIPTIONS[policy.line]),
        registered_at=reached.get(_S.REGISTERED),
        documents_complete_at=complete_at,
        inspection_at=_inspection(dice, reached, status, today, place),
        timeline=timeline,
        documents=_documents(dice, policy, status, timeline[0].at),
        payouts=_payouts(dice, policy, reached),
        referral=referral(dice, place == DEMO_CLAIM, number, stations, status, referred.date(), today)
        if referred and number
        else None,
        messages=_messages(dice, reached),
    )


def _timeline(dice: Dice, status: ClaimStatus, event_day: date, today: date) -> tuple[TimelineEntry, ...]:
    last_day = today - timedelta(days=1)
    day = event_day
    entries = []
    for step, reached in enumerate(_PATHS[status]):
        day = min(last_day, day + timedelta(days=dice.between(0, 3) if step == 0 else dice.between(1, 6)))
        entries.append(TimelineEntry(_at(day, 9 + step, dice.below(60)), reached, _NOTES[reached]))
    return tuple(entries)


def _inspection(
    dice: Dice, reached: dict[ClaimStatus, datetime], status: ClaimStatus, today: date, place: int
) -> datetime | None:
    if status is _S.INSPECTION:
        ahead = 3 if keys.policy_of_claim(place) == keys.policy_of_claim(DEMO_CLAIM) else dice.between(0, 10)
        return _at(today + timedelta(days=ahead), dice.between(9, 17), 30)
    return reached.get(_S.INSPECTION)


def _documents(dice: Dice, policy: Policy, status: ClaimStatus, since: datetime) -> tuple[RequiredDocument, ...]:
    required = REQUIRED[policy.line]
    missing = dice.between(1, len(required) - 1)
    documents = []
    for index, (kind, title) in enumerate(required):
        state = _document_state(dice, status, index < missing)
        document = f"D{index + 1}"
        count = 0 if state is DocumentState.AWAITED else dice.between(2, 4) if kind in _PHOTO_KINDS else 1
        files = tuple(_file(dice, f"{document}F{turn + 1}", kind, since) for turn in range(count))
        documents.append(RequiredDocument(document, kind, title, state, files))
    return tuple(documents)


def _document_state(dice: Dice, status: ClaimStatus, missing: bool) -> DocumentState:
    if status in _COMPLETE:
        return DocumentState.ACCEPTED
    if status is _S.DOCUMENTS_REQUIRED and missing:
        return DocumentState.REJECTED if dice.chance(25) else DocumentState.AWAITED
    if status is _S.DRAFT and missing:
        return DocumentState.AWAITED
    return DocumentState.UPLOADED if dice.chance(50) or status is _S.DRAFT else DocumentState.ACCEPTED


def _file(dice: Dice, file: str, kind: str, since: datetime) -> ClaimFile:
    photo = kind in _PHOTO_KINDS
    return ClaimFile(
        id=file,
        file_name=f"{kind.lower()}-{file.lower()}.{'jpg' if photo else 'pdf'}",
        media_type="image/jpeg" if photo else "application/pdf",
        size_bytes=dice.between(150_000, 4_000_000),
        uploaded_at=since + timedelta(minutes=dice.between(1, 120)),
    )


def _payouts(dice: Dice, policy: Policy, reached: dict[ClaimStatus, datetime]) -> tuple[Payout, ...]:
    """Ordered on approval, in one or two parts; repairs are paid to the station, so the client sees none."""
    if _S.APPROVED not in reached or _S.REPAIR_REFERRED in reached:
        return ()
    total = (policy.sum_insured * dice.between(5, 200) / 1_000).quantize(_CENT)
    parts = (total * dice.between(40, 80) / 100).quantize(_CENT) if dice.chance(25) else total
    amounts = [parts] if parts == total else [parts, total - parts]
    paid = reached.get(_S.PAID)
    ordered_on = reached[_S.APPROVED].date()
    return tuple(
        Payout(f"PAY{index + 1}", amount, ordered_on, paid.date() if paid else None)
        for index, amount in enumerate(amounts)
    )


def _messages(dice: Dice, reached: dict[ClaimStatus, datetime]) -> tuple[Message, ...]:
    messages = []
    if at := reached.get(_S.DOCUMENTS_REQUIRED):
        messages.append((Author.INSURER, "Загрузите, пожалуйста, недостающие документы.", at))
    if (at := reached.get(_S.UNDER_REVIEW)) and dice.chance(50):
        messages.append((Author.CUSTOMER, "Подскажите, когда ждать решения?", at + timedelta(minutes=20)))
        messages.append((Author.INSURER, "Решение будет принято в установленный срок.", at + timedelta(minutes=50)))
    if at := reached.get(_S.REPAIR_REFERRED):
        messages.append((Author.INSURER, "Запишитесь на станцию по указанному телефону.", at + timedelta(minutes=5)))
    return tuple(Message(f"M{index + 1}", *message) for index, message in enumerate(messages))


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), MOSCOW)
