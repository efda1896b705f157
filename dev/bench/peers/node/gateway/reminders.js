// What the customer should do next, by the same rules as the gateway's.
import { globalId, plusDays } from './values.js'

const DAYS_AHEAD = {
  RENEWAL_DUE: 45,
  INSTALMENT_DUE: 30,
  INSPECTION: 30,
  REFERRAL_EXPIRING: 14,
  MATURITY_SOON: 180,
  OBSERVATION_DATE: 30,
  COOLING_OFF_END: 30,
  CONSENT_EXPIRING: 30,
}
const TITLES = {
  RENEWAL_DUE: 'Продлите полис',
  INSTALMENT_DUE: 'Оплатите очередной взнос',
  INSTALMENT_OVERDUE: 'Взнос просрочен, оплатите его',
  DEDUCTIBLE_DUE: 'Оплатите франшизу перед ремонтом',
  DOCUMENTS_REQUIRED: 'Загрузите документы по делу',
  INSPECTION: 'Приезжайте на осмотр',
  REFERRAL_EXPIRING: 'Направление на ремонт скоро закончится',
  MATURITY_SOON: 'Договор скоро завершится',
  OBSERVATION_DATE: 'Скоро дата наблюдения по купону',
  COOLING_OFF_END: 'До этого дня от договора можно отказаться',
  CONSENT_EXPIRING: 'Обновите согласие',
}
const PAYABLE = new Set(['ACTIVE', 'FUTURE', 'AWAITING_PAYMENT'])
const WITHDRAWABLE = new Set(['ACTIVE', 'FUTURE'])
const FINISHED = new Set(['closed', 'paid', 'rejected'])
const WANTED = new Set(['awaited', 'declined'])

export const ends = (policy, today) =>
  policy.status === 'ACTIVE' &&
  policy.line !== 'LIFE' &&
  today <= policy.end &&
  policy.end <= plusDays(today, DAYS_AHEAD.RENEWAL_DUE)

const shows = ({ kind, dueOn }, today) =>
  dueOn === null ||
  kind === 'INSTALMENT_OVERDUE' ||
  (today <= dueOn && (DAYS_AHEAD[kind] === undefined || dueOn <= plusDays(today, DAYS_AHEAD[kind])))

const reminder = (kind, source, dueOn, amount, action) => {
  const key = `${kind}:${source}:${dueOn ?? ''}`
  return { id: globalId('Reminder', key), key, kind, title: TITLES[kind], dueOn, amount, action: { __typename: action } }
}

const coolingOff = (policy) => plusDays(policy.signedOn, policy.line === 'LIFE' && policy.singlePremium ? 30 : 14)

function* ofPolicies({ policies, offers, instalments }, today) {
  for (const policy of policies) {
    const source = `policy/${policy.isn}`
    const offer = offers.get(policy.key)
    if (offer?.eligible) yield reminder('RENEWAL_DUE', source, policy.end, offer.premium, 'RenewPolicy')
    if (policy.line !== 'OSAGO' && WITHDRAWABLE.has(policy.status) && policy.signedOn <= today) {
      yield reminder('COOLING_OFF_END', source, coolingOff(policy), null, 'WithdrawFromPolicy')
    }
    if (!PAYABLE.has(policy.status)) continue
    for (const part of instalments.get(policy.key) ?? []) {
      if (part.paidOn !== null) continue
      const kind = part.dueOn < today ? 'INSTALMENT_OVERDUE' : 'INSTALMENT_DUE'
      yield reminder(kind, `${source}/instalment/${part.number}`, part.dueOn, part.amount, 'PayInstalment')
    }
  }
}

function* ofClaims({ claims }) {
  for (const claim of claims) {
    if (FINISHED.has(claim.state)) continue
    const source = `claim/${claim.id}`
    if (claim.state === 'awaiting-documents' && claim.documents.some((each) => WANTED.has(each.state))) {
      yield reminder('DOCUMENTS_REQUIRED', source, null, null, 'UploadDocuments')
    }
    if (claim.state === 'inspection' && claim.inspectionAt !== null) {
      yield reminder('INSPECTION', source, claim.inspectionAt.slice(0, 10), null, 'AttendInspection')
    }
    const { referral } = claim
    if (!referral) continue
    if (referral.deductibleKopecks !== null && referral.deductiblePaidOn === null) {
      const amount = { amount: (referral.deductibleKopecks / 100).toFixed(2), currency: 'RUB' }
      yield reminder('DEDUCTIBLE_DUE', source, referral.validUntil, amount, 'PayDeductible')
    }
    if (referral.repairState === 'WAITING') {
      yield reminder('REFERRAL_EXPIRING', source, referral.validUntil, null, 'UseReferral')
    }
  }
}

function* ofContracts({ contracts }, today) {
  for (const contract of contracts) {
    const source = `life/${contract.isn}`
    yield reminder('MATURITY_SOON', source, contract.end, null, 'ReviewLifeContract')
    const ahead = contract.observations.find((each) => each >= today)
    if (ahead) yield reminder('OBSERVATION_DATE', source, ahead, null, 'ReviewLifeContract')
  }
}

function* ofConsents({ client }) {
  for (const { purpose, expiresOn, revokedOn } of client.consents) {
    if (expiresOn && !revokedOn) {
      yield reminder('CONSENT_EXPIRING', `client/${client.isn}/consent/${purpose}`, expiresOn, null, 'RenewConsent')
    }
  }
}

const order = (one, other) => (one < other ? -1 : Number(one > other))

export const reminders = (held, today) =>
  [...ofPolicies(held, today), ...ofClaims(held), ...ofContracts(held, today), ...ofConsents(held)]
    .filter((each) => shows(each, today))
    .sort((one, other) => order(one.dueOn ?? '9', other.dueOn ?? '9') || order(one.key, other.key))
