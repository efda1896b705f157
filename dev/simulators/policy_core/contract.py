"""The WSDL and the schema, served as they are written and used to check requests."""

from pathlib import Path

from lxml import etree

_FOLDER = Path(__file__).parents[3] / "adapters" / "policy_core" / "contract"
_WSDL = "policy_core.wsdl"
XSD = "policy_core.xsd"
_ADDRESS = "http://localhost/ws/PolicyCore"

_schema = etree.XMLSchema(etree.parse(_FOLDER / XSD))


def wsdl(address: str) -> bytes:
    """The WSDL with the service's own address in it."""
    text = (_FOLDER / _WSDL).read_text("utf-8")
    return text.replace(_ADDRESS, address).replace(f'"{XSD}"', f'"{address}?xsd={XSD}"').encode()


def xsd() -> bytes:
    """The schema."""
    return (_FOLDER / XSD).read_bytes()


def follows_schema(payload: etree._Element) -> bool:
    """Whether the content of a body is as the schema says."""
    return _schema.validate(payload)
