"""What is paid once has one name, whatever it is called by."""

from domain.models import ClaimId, Isn, PolicyNumber
from domain.payments.models import PaidDeductible, PaidInstalment, PaidRenewal, Payable

NUMBER = PolicyNumber("P100")


def test_a_renewal_and_the_first_instalment_of_its_policy_are_one_bill_and_one_name() -> None:
    assert PaidRenewal(Isn(700), Isn(500), NUMBER).subject == PaidInstalment(Isn(500), NUMBER, 1).subject


def test_other_things_have_other_names() -> None:
    named: list[Payable] = [
        PaidInstalment(Isn(500), NUMBER, 1),
        PaidInstalment(Isn(500), NUMBER, 2),
        PaidInstalment(Isn(501), NUMBER, 1),
        PaidDeductible(ClaimId("500"), "N-1", NUMBER),
    ]
    assert len({each.subject for each in named}) == len(named)
