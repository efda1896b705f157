"""Envelopes: requests taken apart, replies put together as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree

from dev.simulators.kit import Reply
from dev.simulators.policy_core.contract import follows_schema

CHARSET = "windows-1251"
NAMESPACE = "urn:insurer:policy-core:1"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_HEAD = f'<?xml version="1.0" encoding="{CHARSET}"?>\n<soap:Envelope xmlns:soap="{_SOAP}"><soap:Body>'
_TAIL = "</soap:Body></soap:Envelope>"

MESSAGES = {
    0: "Успешно",
    100: "Сессия не найдена или истекла",
    101: "Неверное имя пользователя или пароль",
    110: "Превышено число элементов в запросе",
    111: "Запрос не имеет смысла",
    112: "Страница устарела",
    200: "Объект не найден",
    201: "Найдено несколько клиентов",
    202: "Документ ещё не выпущен",
    300: "Счёт уже оплачен",
    301: "Оплата невозможна",
    302: "Сумма не совпадает со счётом",
    310: "Договор не продлевается",
    311: "Такой вариант не предлагается",
    312: "Тариф изменился",
    313: "Срок действия расчёта истёк",
    314: "Договор уже продлён",
    500: "Внутренняя ошибка",
    501: "Превышено время ожидания базы данных",
    502: "Сервис перегружен",
    503: "Технические работы",
    510: "Запись заблокирована другим процессом",
}


class BadRequest(Exception):
    """The request is not what the schema says."""


class Failure(Exception):
    """An error in band."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Call:
    """A request, or an element of one, taken apart: texts and further elements by name, in order."""

    operation: str
    texts: Mapping[str, list[str]] = field(default_factory=dict)
    parts: Mapping[str, list["Call"]] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of GetPolicies, each once: what one was asked by, and its text."""
        found = ((name, texts[0]) for key in self.parts.get("Key", ()) for name, texts in key.texts.items())
        return tuple(dict.fromkeys(found))

    def part(self, name: str) -> "Call":
        """The element of this name. Raises: KeyError."""
        return self.parts[name][0]

    def one(self, name: str) -> str:
        """The text of an element, empty when it is not there."""
        return next(iter(self.texts.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """The texts of a repeated element, each once."""
        return list(dict.fromkeys(self.texts.get(name, ())))


def parse(body: bytes) -> Call:
    """Take a request apart, in whatever charset its XML declaration names. Raises: BadRequest."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    except etree.XMLSyntaxError as error:
        raise BadRequest("not XML") from error
    payload = root.find(f"{{{_SOAP}}}Body/*")
    if payload is None or root.getroottree().docinfo.doctype or not follows_schema(payload):
        raise BadRequest("the body does not follow the schema")
    return _taken_apart(payload)


def element(name: str, value: str | None) -> str:
    """An element with a text, nothing for None."""
    return "" if value is None else f"<{name}>{escape(value)}</{name}>"


def group(name: str, *parts: str) -> str:
    """An element around others."""
    return f"<{name}>{''.join(parts)}</{name}>"


def status(name: str, code: int, detail: str = "") -> str:
    """A status with the usual message."""
    message = MESSAGES.get(code, "Неизвестная ошибка") + detail
    return group(name, element("ErrorCode", str(code)), element("ErrorMessage", message))


def opening(operation: str) -> str:
    """A reply up to the data of a success."""
    return f'{_HEAD}<{operation}Response xmlns="{NAMESPACE}">{status("ResponseStatus", 0)}<ResponseData>'


def closing(operation: str) -> str:
    """What follows the data."""
    return f"</ResponseData></{operation}Response>{_TAIL}"


def success(operation: str, parts: Iterable[str]) -> Reply:
    """A reply with data."""
    return _reply(opening(operation) + "".join(parts) + closing(operation))


def error(operation: str, code: int, detail: str = "") -> Reply:
    """A reply with an error in band."""
    told = status("ResponseStatus", code, detail)
    return _reply(f'{_HEAD}<{operation}Response xmlns="{NAMESPACE}">{told}</{operation}Response>{_TAIL}')


def fault(code: str, text: str) -> Reply:
    """A SOAP fault."""
    content = element("faultcode", f"soap:{code}") + element("faultstring", text)
    return _reply(f"{_HEAD}<soap:Fault>{content}</soap:Fault>{_TAIL}", 500)


def encoded(text: str) -> bytes:
    """Text in the core's charset."""
    return text.encode(CHARSET, "xmlcharrefreplace")


def _taken_apart(parent: etree._Element) -> Call:
    texts: dict[str, list[str]] = {}
    parts: dict[str, list[Call]] = {}
    for child in parent:
        name = etree.QName(child).localname
        if len(child):
            parts.setdefault(name, []).append(_taken_apart(child))
        else:
            texts.setdefault(name, []).append(child.text or "")
    return Call(etree.QName(parent).localname, texts, parts)


def _reply(text: str, http_status: int = 200) -> Reply:
    return Reply(encoded(text), "text/xml", CHARSET, http_status)
