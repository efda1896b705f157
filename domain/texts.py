"""What customers read, in both languages: key -> (Russian, English)."""

from __future__ import annotations

from typing import Final

from domain.money import Locale

__all__ = ["TEXTS", "text"]

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "reminder.RENEWAL_DUE": ("Продлите полис", "Renew the policy"),
    "reminder.INSTALMENT_DUE": ("Оплатите очередной взнос", "Pay the next instalment"),
    "reminder.INSTALMENT_OVERDUE": ("Взнос просрочен, оплатите его", "An instalment is overdue, pay it"),
    "reminder.DEDUCTIBLE_DUE": ("Оплатите франшизу перед ремонтом", "Pay the deductible before the repair"),
    "reminder.DOCUMENTS_REQUIRED": ("Загрузите документы по делу", "Upload the documents for the claim"),
    "reminder.INSPECTION": ("Приезжайте на осмотр", "Come to the inspection"),
    "reminder.REFERRAL_EXPIRING": ("Направление на ремонт скоро закончится", "The repair referral ends soon"),
    "reminder.MATURITY_SOON": ("Договор скоро завершится", "The contract matures soon"),
    "reminder.OBSERVATION_DATE": ("Скоро дата наблюдения по купону", "A coupon observation date is near"),
    "reminder.COOLING_OFF_END": (
        "До этого дня от договора можно отказаться",
        "You can withdraw from the contract until this day",
    ),
    "reminder.CONSENT_EXPIRING": ("Обновите согласие", "Renew the consent"),
    "claim_status.DRAFT": ("Черновик", "Draft"),
    "claim_status.REGISTERED": ("Зарегистрировано", "Registered"),
    "claim_status.DOCUMENTS_REQUIRED": ("Нужны документы", "Documents required"),
    "claim_status.INSPECTION": ("Назначен осмотр", "Inspection arranged"),
    "claim_status.UNDER_REVIEW": ("На рассмотрении", "Under review"),
    "claim_status.APPROVED": ("Одобрено", "Approved"),
    "claim_status.REPAIR_REFERRED": ("Выдано направление на ремонт", "Referred to repair"),
    "claim_status.IN_REPAIR": ("В ремонте", "In repair"),
    "claim_status.PAID": ("Выплачено", "Paid"),
    "claim_status.REJECTED": ("Отказано", "Rejected"),
    "claim_status.CLOSED": ("Закрыто", "Closed"),
    "deadline.OSAGO_DECISION": ("Решение по ОСАГО", "Decision on a motor liability claim"),
    "deadline.KASKO_SETTLEMENT": ("Урегулирование по КАСКО", "Settlement of a motor hull claim"),
    "deadline.COMPLAINT_ANSWER": ("Ответ на жалобу", "Answer to a complaint"),
    "deadline.COOLING_OFF": ("Период охлаждения", "Cooling-off period"),
    "deadline.COOLING_OFF_SINGLE_PREMIUM_LIFE": (
        "Период охлаждения при единовременной оплате",
        "Cooling-off period of a single-premium life contract",
    ),
    "refusal": ("Сейчас недоступно", "Not available now"),
    "refusal.ALREADY_RENEWED": ("Полис уже продлён", "The policy has been renewed already"),
    "refusal.DROPPED": (
        "Продлить не получилось: рассчитайте цену ещё раз или позвоните нам",
        "The renewal did not work out: ask for the price again or call us",
    ),
    "refusal.NOT_FOR_THIS_KIND": (
        "Не предусмотрено для договоров этого вида",
        "Not provided for contracts of this kind",
    ),
    "refusal.NOT_IN_FORCE": ("Договор сейчас не действует", "The contract is not in force now"),
    "refusal.NOT_RENEWABLE": (
        "Не удалось продлить полис онлайн: позвоните нам",
        "The policy could not be renewed online: call us",
    ),
    "refusal.NO_INCOME": ("Дохода по договору пока нет", "The contract has no income yet"),
    "refusal.POLICY_CANCELLED": ("Полис расторгнут", "The policy has been cancelled"),
    "refusal.PREMIUM_DIFFERS": (
        "Полис оформлен не по той цене, которую вы подписали: не платите за него, мы разберёмся и свяжемся с вами",
        "The policy was made at another price than you signed: do not pay for it, we will look into it and contact you",
    ),
    "refusal.PREMIUM_OVERDUE": ("Сначала оплатите просроченный взнос", "Pay the overdue instalment first"),
    "refusal.PRODUCT_NOT_RENEWABLE": (
        "Этот продукт не продлевается, но можно оформить новый полис",
        "This product is not renewed, but you can take out a new policy",
    ),
    "refusal.SINGLE_PREMIUM": ("Договор оплачен единовременно", "The contract was paid in a single premium"),
    "refusal.TOO_EARLY": ("Пока рано: возможность откроется позже", "Too early: this opens later"),
    "refusal.TOO_LATE": ("Срок для этого уже прошёл", "The time for this has passed"),
}


def text(key: str, locale: Locale) -> str:
    """Return a text; one without a row of its own falls back to its family (the part before the full stop)."""
    row = TEXTS.get(key) or TEXTS[key.partition(".")[0]]
    return row[0] if locale is Locale.RU else row[1]
