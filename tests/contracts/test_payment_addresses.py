"""What the policy core makes of an order, the acquirer takes: two simulators that share no code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dev.simulators.acquirer.address import Address, Forged
from dev.simulators.acquirer.simulator import MERCHANT_SECRET
from dev.simulators.policy_core.acquirer import SECRET, Merchant
from domain.models import InstalmentBill, PolicyNumber
from tests.contracts.policy_core_bench import bench

BACK = "https://account.example:8443/paid?to=a%20b&x=1#end"


async def test_an_order_of_the_core_is_paid_at_the_acquirer() -> None:
    async with bench() as core:
        bill = await core.adapter.create_bill(InstalmentBill(PolicyNumber("K23815851"), 2), "bill-0001", core.call())
        online = await core.adapter.open_online_bill(bill.isn, BACK, "order-0001", core.call())

        address = Address.parse(online.address, MERCHANT_SECRET)

    assert SECRET == MERCHANT_SECRET
    assert (address.order, address.bill, address.amount, address.back) == (online.order, bill.number, 4526375, BACK)


def test_an_address_that_another_shop_signed_is_not() -> None:
    address = Merchant(secret="another").payment_address("1", "B-1", Decimal("1.00"), BACK)
    with pytest.raises(Forged):
        Address.parse(address, MERCHANT_SECRET)
