"""Code tables of the engine: PROTOCOL.md, section 4."""

from collections.abc import Mapping

from dev.simulators.population.life_records import LifeKind, LifeOperation, OrderState, Refusal

ROUBLE = "RUR"
KINDS = {LifeKind.ENDOWMENT: "НСЖ", LifeKind.INVESTMENT: "ИСЖ", LifeKind.UNIT_LINKED: "ДСЖ"}
OPERATIONS = {
    LifeOperation.CHANGE_UNDERLYING: 11,
    LifeOperation.FIX_INCOME: 12,
    LifeOperation.ADDITIONAL_PREMIUM: 21,
    LifeOperation.WITHDRAW_INCOME: 22,
    LifeOperation.CHANGE_INSTALMENT_FREQUENCY: 31,
    LifeOperation.PAID_UP: 32,
    LifeOperation.PREMIUM_HOLIDAY: 33,
    LifeOperation.CHANGE_BENEFICIARY: 41,
    LifeOperation.SURRENDER: 51,
    LifeOperation.DUPLICATE_DOCUMENT: 61,
    LifeOperation.TAX_CERTIFICATE: 62,
}
OPERATION_BY_CODE = {code: operation for operation, code in OPERATIONS.items()}
REASONS = {
    Refusal.NOT_FOR_THIS_KIND: "E01",
    Refusal.TOO_EARLY: "E02",
    Refusal.TOO_LATE: "E03",
    Refusal.NO_INCOME: "E04",
    Refusal.PREMIUM_OVERDUE: "E05",
    Refusal.SINGLE_PREMIUM: "E06",
    Refusal.NOT_IN_FORCE: "E07",
}
STATES: Mapping[OrderState, str] = {
    OrderState.SUBMITTED: "Новая",
    OrderState.IN_PROGRESS: "В работе",
    OrderState.DONE: "Исполнена",
    OrderState.REJECTED: "Отклонена",
}
