"""Enums of the domain, described for API users."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry

from domain import deadlines, errors, models, money, reminders, viewer
from domain.accounts import contacts, problems, questions, registration
from domain.payments import models as payments
from domain.renewals import models as renewals
from resolvers import policies

__all__ = ["ENUMS"]

ENUMS: Final[dict[type[Enum], dict[str, str]]] = {
    money.Locale: {"RU": "Russian.", "EN": "English."},
    viewer.ViewerKind: {"CLIENT": "A customer.", "EMPLOYEE": "Works for the insurer."},
    errors.Source: {
        "POLICY_CORE": "Persons, policies, instalments, documents.",
        "CLAIMS_CORE": "Claims and repair.",
        "LIFE_VALUATION": "Life contracts and their value.",
    },
    models.Sex: {"MALE": "Male.", "FEMALE": "Female."},
    models.ContactKind: {"PHONE": "A phone.", "EMAIL": "An e-mail address."},
    models.ConsentPurpose: {
        "PERSONAL_DATA": "Processing of personal data.",
        "MARKETING": "Offers and news.",
        "ELECTRONIC_DOCUMENTS": "Documents in electronic form instead of paper.",
    },
    models.Line: {
        "KASKO": "Motor hull: damage to and theft of the own vehicle.",
        "OSAGO": "Compulsory motor third-party liability.",
        "PROPERTY": "Homes and what is in them.",
        "TRAVEL": "Medical and other costs abroad.",
        "HEALTH": "Voluntary medical insurance.",
        "LIFE": "Life insurance, with savings or investment.",
    },
    models.PolicyStatus: {
        "AWAITING_PAYMENT": "Concluded, the first instalment not yet paid.",
        "FUTURE": "Cover has not started.",
        "ACTIVE": "In force.",
        "EXPIRED": "Cover has ended.",
        "CANCELLED": "Ended before its time.",
    },
    models.ParticipantRole: {
        "HOLDER": "Concluded the contract.",
        "OWNER": "Owns what is insured.",
        "DRIVER": "May drive the insured vehicle.",
        "LIFE_ASSURED": "Whose life is insured.",
        "BENEFICIARY": "Is paid.",
    },
    models.DeductibleKind: {
        "UNCONDITIONAL": "Reduces every payout.",
        "CONDITIONAL": "Nothing is paid below it, everything above it.",
        "DYNAMIC": "Grows with the number of claims.",
    },
    models.DocumentKind: {
        "POLICY": "The electronic policy.",
        "RULES": "Rules of insurance.",
        "RECEIPT": "Receipt of a payment.",
        "MEMO": "Memo for the customer.",
    },
    policies.PolicyAction: {
        "REPORT_CLAIM": "Report an event.",
        "RENEW": "Renew the policy.",
        "OPEN_LIFE_CONTRACT": "Look at the life contract.",
        "DOWNLOAD_DOCUMENTS": "Download documents.",
    },
    models.ClaimStatus: {
        "DRAFT": "Not yet submitted; the only state in which a claim can be withdrawn.",
        "REGISTERED": "Received by the insurer.",
        "DOCUMENTS_REQUIRED": "Waits for documents of the customer.",
        "INSPECTION": "Waits for the inspection.",
        "UNDER_REVIEW": "The insurer decides.",
        "APPROVED": "Will be paid or repaired.",
        "REPAIR_REFERRED": "A repair referral is issued.",
        "IN_REPAIR": "The vehicle is at the station.",
        "PAID": "Money has been paid.",
        "REJECTED": "Declined.",
        "CLOSED": "Finished.",
    },
    models.RequirementState: {
        "AWAITED": "Not yet received.",
        "UPLOADED": "Received, not yet checked.",
        "ACCEPTED": "Checked and accepted.",
        "REJECTED": "Checked and not accepted: send another.",
    },
    models.RepairProgress: {
        "NOT_STARTED": "The station does not have the vehicle.",
        "VEHICLE_RECEIVED": "The station has the vehicle.",
        "PARTS_ORDERED": "Parts are on order.",
        "IN_PROGRESS": "Repair is under way.",
        "DONE": "The vehicle can be collected.",
    },
    models.QuoteState: {
        "NOT_STARTED": "No quote yet.",
        "SUBMITTED": "The station sent its quote.",
        "AGREED": "The insurer agreed to it.",
        "DISPUTED": "Under discussion.",
    },
    models.MessageAuthor: {"CUSTOMER": "The customer.", "INSURER": "The insurer."},
    deadlines.DeadlineRule: {
        "OSAGO_DECISION": "Decision on a compulsory motor liability claim.",
        "KASKO_SETTLEMENT": "Settlement of a motor hull claim.",
        "COMPLAINT_ANSWER": "Answer to a complaint.",
        "COOLING_OFF": "Withdrawal from a contract with the premium back.",
        "COOLING_OFF_SINGLE_PREMIUM_LIFE": "The same for a life contract paid at once.",
    },
    deadlines.Basis: {"LAW": "Set by law.", "CONTRACT": "Set by the rules of insurance."},
    deadlines.Counting: {
        "CALENDAR_DAYS": "Every day counts.",
        "CALENDAR_DAYS_BUT_PUBLIC_HOLIDAYS": "Every day but public holidays counts.",
        "WORKING_DAYS": "Working days count, as the government sets them for each year.",
    },
    reminders.ReminderKind: {
        "RENEWAL_DUE": "A policy ends soon.",
        "INSTALMENT_DUE": "An instalment is due soon.",
        "INSTALMENT_OVERDUE": "An instalment was due.",
        "DEDUCTIBLE_DUE": "The deductible is to be paid before the repair.",
        "DOCUMENTS_REQUIRED": "A claim waits for documents.",
        "INSPECTION": "An inspection is arranged.",
        "REFERRAL_EXPIRING": "A repair referral ends soon.",
        "MATURITY_SOON": "A life contract matures soon.",
        "OBSERVATION_DATE": "A coupon is decided soon.",
        "COOLING_OFF_END": "The right to withdraw ends soon.",
        "CONSENT_EXPIRING": "A consent ends soon.",
    },
    models.LifeKind: {
        "ENDOWMENT": "Savings with a bonus.",
        "INVESTMENT": "A guarantee and a share in an underlying's growth.",
        "UNIT_LINKED": "Value follows the units held.",
    },
    models.LifeOperationKind: {
        "CHANGE_UNDERLYING": "Change what the income follows.",
        "FIX_INCOME": "Fix the income reached.",
        "ADDITIONAL_PREMIUM": "Pay an additional premium.",
        "WITHDRAW_INCOME": "Withdraw income.",
        "CHANGE_INSTALMENT_FREQUENCY": "Change how often premiums are paid.",
        "PAID_UP": "Stop paying, keep a smaller cover.",
        "PREMIUM_HOLIDAY": "Pause premiums.",
        "CHANGE_BENEFICIARY": "Change who is paid.",
        "SURRENDER": "End the contract for its surrender value.",
        "DUPLICATE_DOCUMENT": "Get a copy of the contract.",
        "TAX_CERTIFICATE": "Get a certificate for the tax deduction.",
    },
    models.Implausibility: {
        "OTHER_CONTRACT": "It is of another contract.",
        "OTHER_CURRENCY": "A sum is in another currency than the premium.",
        "FROM_THE_FUTURE": "It was computed later than now.",
        "COUPON_FROM_THE_FUTURE": "A coupon is decided before its day.",
        "NEGATIVE_SUM": "A sum is below zero.",
        "GUARANTEE_OFF_TERMS": "The guarantee is not what the terms give.",
        "PAYOUT_BELOW_GUARANTEE": "The payout is below the guarantee.",
        "PAYOUT_OFF_PARTS": "The payout is not the sum of its parts.",
        "PERFORMANCE_OFF_LEVELS": "The performance does not follow from the levels.",
        "INCOME_OFF_FORMULA": "The income does not follow from the formula.",
        "AVAILABLE_ABOVE_INCOME": "More can be withdrawn than there is.",
    },
    registration.Step: {
        "PHONE": "A phone.",
        "PHONE_CODE": "The code that was sent to the phone.",
        "EMAIL": "An e-mail address.",
        "EMAIL_CODE": "The code that was sent to the address.",
        "QUESTION": "The answer to a control question.",
        "PASSWORD": "A password; for a registration, consents too.",
        "DONE": "Nothing: the customer has an account and its password.",
        "REFUSED": "Nothing: the person could not be confirmed.",
    },
    questions.QuestionKind: {
        "POLICY_YEAR": "The year in which a policy began.",
        "PLATE_DIGITS": "The digits of a number plate.",
        "INSTALMENT_MONTH": "The month of an instalment.",
        "BIRTH_YEAR": "The year of birth.",
    },
    problems.Reason: {
        "NOT_A_PHONE": "It cannot be a phone.",
        "NOT_AN_EMAIL": "It cannot be an e-mail address.",
        "TOO_SHORT": "It is too short.",
        "TOO_LONG": "It is too long.",
        "UNTYPABLE": "It holds what no keyboard has.",
        "PERSONAL": "It holds what others know of the person.",
        "COMMON": "It is among what is guessed first.",
        "REPETITIVE": "It repeats itself, or goes along the keyboard.",
        "CONSENT_MISSING": "A consent that is needed was not given, or one to a text that is not in force.",
        "NOT_THE_PASSWORD": "It is not the password.",
        "TAKEN": "It belongs to another account.",
        "UNCHANGED": "It is what it was before.",
    },
    contacts.ContactChangeState: {
        "BEGUN": "Waits for its codes; not listed.",
        "WAITING": "Accepted; the policy core will be told as soon as it can be reached.",
        "DELIVERED": "The policy core has it.",
        "DEAD": "The policy core does not take it; an office helps.",
    },
    payments.PaymentState: {
        "WAITING": "Accepted; the policy core will make out the bill as soon as it can be reached.",
        "OPEN": "Can be paid at its address; without one, it is being charged to a means.",
        "CONFIRMING": "The money was taken; the policy core will be told as soon as it can be reached.",
        "PAID": "Paid, and the policy core knows.",
        "FAILED": "No money was taken, and none will be.",
        "STOPPED": "Something is not as it should be; a person looks at it.",
    },
    payments.PaymentFailure: {
        "DECLINED": "The bank declined.",
        "CANCELLED": "Given up.",
        "EXPIRED": "Nobody paid in time.",
        "ALREADY_PAID": "It was paid before, in another way.",
        "NOT_PAYABLE": "The policy core takes no money for it.",
        "AMOUNT_CHANGED": "Another sum is asked than the payment is of: begin anew, unless it was stopped.",
        "AMOUNT_DIFFERS": "The page to pay on asked for another sum than the payment is of.",
        "ADDRESS_REFUSED": "The page to pay on is not one that customers may be sent to.",
        "CLOSED": "A person has seen to it.",
        "NOT_CONFIRMED": "The money was taken, and the policy core did not take note of it.",
    },
    renewals.OfferState: {
        "PRICED": "Can be accepted.",
        "ACCEPTED": "A code was sent; can be signed.",
        "SIGNED": "Signed; the policy core will be asked to agree as soon as it can be reached.",
        "AGREED": "The new policy is made out, and waits for its first instalment.",
        "REPRICED": "The price has changed after the signature; there is another offer, to be signed anew.",
        "EXPIRED": "The price is no longer kept: it was not signed in time, or agreed and not paid in time.",
        "REFUSED": "There will be no agreement.",
    },
    renewals.Saving: {
        "HIGHER_DEDUCTIBLE": "The customer bears more.",
        "ONE_PAYMENT": "The premium is paid at once.",
        "WITHOUT_COVERAGE": "A risk is left out.",
        "SMALLER_SUM": "A risk is insured for less.",
        "NAMED_DRIVERS": "Only those whom the policy names may drive.",
    },
    models.LifeOrderState: {
        "SUBMITTED": "Received.",
        "IN_PROGRESS": "Being carried out.",
        "DONE": "Carried out.",
        "REJECTED": "Declined.",
    },
}
"""Enum -> what each value means; an enum's own description is its docstring."""


def describe(enum: type[Enum], meanings: dict[str, str]) -> None:
    """Register one enum with Strawberry. A value without a meaning is a programming error."""
    declared: Any = strawberry.enum(enum, description=(enum.__doc__ or "").strip())
    for value in declared.__strawberry_definition__.values:
        value.description = meanings[value.name]


for each, meanings in ENUMS.items():
    describe(each, meanings)
