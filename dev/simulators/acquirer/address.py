"""Payment addresses: what the merchant signed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from dev.simulators.acquirer.signing import fits, signature

ORDER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
BILL: Final = re.compile(r"[\w./-]{1,64}")
AMOUNT: Final = re.compile(r"[1-9][0-9]{0,13}", re.ASCII)
RETURN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?", re.ASCII)
NAMES: Final = ("order", "bill", "amount", "return", "signature")


class Forged(Exception):
    """The address is not one that the merchant signed."""


@dataclass(frozen=True, slots=True)
class Address:
    """A payment address that was found good. Units: `amount` in kopecks."""

    order: str
    bill: str
    amount: int
    back: str
    signature: str

    @classmethod
    def read(cls, given: Mapping[str, str], secret: str) -> "Address":
        """From query or form. Raises: Forged."""
        order, bill, amount, back, signed = (given.get(name, "") for name in NAMES)
        if not fits(signed, signature(secret, order, bill, amount, back)):
            raise Forged
        if not (ORDER.fullmatch(order) and BILL.fullmatch(bill) and AMOUNT.fullmatch(amount)):
            raise Forged
        if not RETURN.fullmatch(back):
            raise Forged
        return cls(order, bill, int(amount), back, signed)

    @classmethod
    def parse(cls, url: str, secret: str) -> "Address":
        """From the whole address. Raises: Forged."""
        try:
            return cls.read(dict(parse_qsl(urlsplit(url).query)), secret)
        except ValueError:
            raise Forged from None

    @property
    def fields(self) -> dict[str, str]:
        """Its parameters, signature included."""
        return dict(zip(NAMES, (self.order, self.bill, str(self.amount), self.back, self.signature), strict=True))

    @property
    def origin(self) -> str:
        """Scheme, host and port that the customer goes back to."""
        parts = urlsplit(self.back)
        return f"{parts.scheme}://{parts.netloc}"


def signed(base: str, order: str, bill: str, amount: int, back: str, secret: str) -> str:
    """The address of an order's payment page, as the merchant makes it."""
    made = signature(secret, order, bill, str(amount), back)
    return f"{base}/pay?{urlencode(Address(order, bill, amount, back, made).fields)}"
