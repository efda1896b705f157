"""The one table of errors: class -> public code, HTTP status, log level, message in Russian and English.

A class without a row has its nearest parent's; what has none at all is a fault of ours and is masked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain import errors
from domain.money import Locale
from gateway.access.errors import LinkExpired, LinkInvalid, TokenExpired, TokenInvalid
from gateway.acquirer import errors as acquirer
from gateway.documents import errors as documents
from gateway.http import refusals

__all__ = ["INTERNAL", "TABLE", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of a class of errors. ``status`` is for answers that are not GraphQL results."""

    code: str
    status: int
    level: int
    ru: str
    en: str

    def message(self, locale: Locale) -> str:
        """The text for a reader."""
        return self.ru if locale is Locale.RU else self.en


INTERNAL: Final = Row(
    "INTERNAL_SERVER_ERROR",
    500,
    logging.ERROR,
    "Что-то пошло не так. Мы уже разбираемся.",
    "Something went wrong on our side.",
)

TABLE: Final[Mapping[type[BaseException], Row]] = {
    errors.SignInRequired: Row(
        "UNAUTHENTICATED", 401, logging.INFO, "Войдите в личный кабинет.", "Sign in to see this."
    ),
    errors.Forbidden: Row("FORBIDDEN", 403, logging.WARNING, "На это нет прав.", "You may not see or do this."),
    errors.PersonalDataWithheld: Row(
        "PERSONAL_DATA_WITHHELD",
        503,
        logging.ERROR,
        "Чтение не удалось записать в журнал, поэтому персональные данные скрыты. Попробуйте позже.",
        "This reading could not be recorded, so personal data is masked. Try again later.",
    ),
    errors.NotFound: Row("NOT_FOUND", 404, logging.INFO, "Ничего не найдено.", "There is nothing here."),
    errors.NotOffered: Row(
        "NOT_OFFERED", 404, logging.INFO, "Эта услуга здесь не подключена.", "This is not offered here."
    ),
    errors.Refused: Row("REFUSED", 409, logging.INFO, "Запрос отклонён.", "The request was declined."),
    errors.InvalidInput: Row(
        "BAD_USER_INPUT", 400, logging.INFO, "Проверьте введённые данные.", "Check what was entered."
    ),
    errors.TooBusy: Row(
        "TOO_BUSY",
        503,
        logging.WARNING,
        "Слишком много запросов одновременно. Попробуйте через несколько секунд.",
        "Too many requests at once. Try again in a few seconds.",
    ),
    errors.SourceTimeout: Row(
        "SOURCE_TIMEOUT",
        504,
        logging.WARNING,
        "Система не ответила вовремя. Попробуйте ещё раз.",
        "The system did not answer in time. Try again.",
    ),
    errors.SourceUnavailable: Row(
        "SOURCE_UNAVAILABLE",
        503,
        logging.WARNING,
        "Система временно недоступна. Попробуйте позже.",
        "The system is not available now. Try again later.",
    ),
    errors.SourceThrottled: Row(
        "SOURCE_UNAVAILABLE",
        503,
        logging.WARNING,
        "Система перегружена. Попробуйте немного позже.",
        "The system is overloaded. Try again a little later.",
    ),
    errors.SourceInMaintenance: Row(
        "SOURCE_IN_MAINTENANCE",
        503,
        logging.INFO,
        "Ведутся технические работы. Данные появятся после их окончания.",
        "The system is under maintenance. The data will be back when it ends.",
    ),
    errors.SourceGarbled: Row(
        "SOURCE_GARBLED",
        502,
        logging.WARNING,
        "Система прислала неверные данные. Мы уже разбираемся.",
        "The system sent data that cannot be shown.",
    ),
    errors.StoreUnavailable: Row(
        "STORE_UNAVAILABLE",
        503,
        logging.ERROR,
        "Личный кабинет временно недоступен. Попробуйте немного позже.",
        "Accounts are not available now. Try again a little later.",
    ),
    errors.AcquirerUnavailable: Row(
        "ACQUIRER_UNAVAILABLE",
        503,
        logging.WARNING,
        "Оплата картой временно недоступна. Попробуйте немного позже.",
        "Card payments are not available now. Try again a little later.",
    ),
    errors.AcquirerGarbled: Row(
        "ACQUIRER_GARBLED",
        502,
        logging.WARNING,
        "Банк прислал неверные данные. Мы уже разбираемся.",
        "The bank sent data that cannot be used.",
    ),
    acquirer.CallbackForged: Row(
        "CALLBACK_FORGED", 403, logging.WARNING, "Подпись неверна.", "The signature is not a valid one."
    ),
    acquirer.CallbackMalformed: Row(
        "CALLBACK_MALFORMED", 400, logging.WARNING, "Уведомление составлено неверно.", "The body is no notice."
    ),
    TokenExpired: Row(
        "TOKEN_EXPIRED", 401, logging.INFO, "Сеанс истёк. Войдите снова.", "The session has expired. Sign in again."
    ),
    TokenInvalid: Row(
        "TOKEN_INVALID", 401, logging.WARNING, "Вход не подтверждён. Войдите снова.", "The token is not valid."
    ),
    LinkExpired: Row(
        "LINK_EXPIRED",
        410,
        logging.INFO,
        "Срок действия ссылки истёк. Откройте документ заново.",
        "The link has expired. Open the document again.",
    ),
    LinkInvalid: Row("NOT_FOUND", 404, logging.WARNING, "Ничего не найдено.", "There is nothing here."),
    asyncio.CancelledError: Row(
        "GATEWAY_STOPPING",
        503,
        logging.INFO,
        "Сервис перезапускается. Попробуйте ещё раз.",
        "The service is restarting. Try again.",
    ),
    refusals.MethodNotAllowed: Row(
        "METHOD_NOT_ALLOWED", 405, logging.INFO, "Метод не поддерживается.", "The method is not supported here."
    ),
    refusals.MutationOverGet: Row(
        "METHOD_NOT_ALLOWED",
        405,
        logging.INFO,
        "Запросом GET можно только читать.",
        "GET takes queries only; send this operation by POST.",
    ),
    refusals.ForeignRequest: Row(
        "FOREIGN_REQUEST",
        403,
        logging.WARNING,
        "Запрос отправлен не со страницы личного кабинета.",
        "With a cookie, send X-Requested-By, and only from this site's own pages.",
    ),
    refusals.NotAcceptable: Row(
        "NOT_ACCEPTABLE",
        406,
        logging.INFO,
        "Нет ответа подходящего типа.",
        "Accept application/graphql-response+json or application/json.",
    ),
    refusals.UnsupportedMediaType: Row(
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        logging.INFO,
        "Тело запроса должно быть в application/json, UTF-8.",
        "The body must be application/json in UTF-8.",
    ),
    refusals.BodyTooLarge: Row(
        "BODY_TOO_LARGE", 413, logging.INFO, "Запрос слишком велик.", "The request body is too large."
    ),
    refusals.BodyTimeout: Row(
        "BODY_TIMEOUT", 408, logging.INFO, "Запрос передавался слишком долго.", "The request body came too slowly."
    ),
    refusals.MalformedJson: Row(
        "MALFORMED_JSON", 400, logging.INFO, "Запрос не является JSON.", "The request is not JSON in UTF-8."
    ),
    refusals.BatchRefused: Row(
        "BATCHING_NOT_SUPPORTED",
        400,
        logging.INFO,
        "За один раз принимается одна операция.",
        "Send one operation per request.",
    ),
    refusals.MalformedRequest: Row(
        "MALFORMED_REQUEST",
        400,
        logging.INFO,
        "Запрос составлен неверно.",
        "A parameter is missing or of the wrong type.",
    ),
    documents.DocumentUnknown: Row(
        "PERSISTED_QUERY_NOT_FOUND",
        400,
        logging.DEBUG,
        # Words of the protocol in every language: some clients look at the message and not at the code.
        "PersistedQueryNotFound",
        "PersistedQueryNotFound",
    ),
    documents.AutomaticOff: Row(
        "PERSISTED_QUERY_NOT_SUPPORTED",
        400,
        logging.INFO,
        "PersistedQueryNotSupported",
        "PersistedQueryNotSupported",
    ),
    documents.HashMismatch: Row(
        "PERSISTED_QUERY_HASH_MISMATCH",
        400,
        logging.WARNING,
        "Хеш не соответствует документу.",
        "The hash is not that of the document sent with it.",
    ),
    documents.DocumentRetired: Row(
        "DOCUMENT_RETIRED",
        400,
        logging.INFO,
        "Эта версия приложения больше не поддерживается. Обновите его.",
        "This version of the application is no longer served. Update it.",
    ),
    documents.DocumentNotTrusted: Row(
        "DOCUMENT_NOT_TRUSTED",
        400,
        logging.WARNING,
        "Этот запрос не разрешён.",
        "This document is on no list of those that are run.",
    ),
    refusals.OperationUnknown: Row(
        "OPERATION_RESOLUTION_FAILURE",
        400,
        logging.INFO,
        "В документе нет такой операции, или имя не указано, а операций несколько.",
        "The document has no operation of this name, or has several and no name was given.",
    ),
}
