"""Orders at the acquirer: where they are paid, signed as between the two of them."""

import hashlib
import hmac
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

ADDRESS = "http://127.0.0.1:8004"
SECRET = "acquirer-merchant-secret-of-simulators"  # noqa: S105 - of a simulated shop


@dataclass(frozen=True, slots=True)
class Merchant:
    """The insurer as the acquirer knows it; `address` has no trailing slash."""

    address: str = ADDRESS
    secret: str = SECRET

    def payment_address(self, order: str, bill: str, amount: Decimal, return_address: str) -> str:
        """Where an order is paid. Units: the sum in whole kopecks."""
        kopecks = str(int(amount.scaleb(2)))
        signed = f"{order}|{bill}|{kopecks}|{return_address}".encode()
        signature = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        query = {"order": order, "bill": bill, "amount": kopecks, "return": return_address, "signature": signature}
        return f"{self.address}/pay?{urlencode(query)}"
