// The policy core: SOAP in windows-1251, a session for all.
import { XMLParser } from 'fast-xml-parser'
import iconv from 'iconv-lite'
import { exchange, pool } from './exchange.js'
import { currencyOf, day, isn, money, policyKey, spelledIsn } from './values.js'

const NAMESPACE = 'urn:insurer:policy-core:1'
const REPEATED = new Set(['Client', 'Policy', 'Plan', 'Instalment', 'Consent', 'Participant', 'InsuredObject', 'Coverage'])
const SESSION_EXPIRED = '100'
const LINES = { 10: 'KASKO', 20: 'OSAGO', 30: 'PROPERTY', 40: 'TRAVEL', 50: 'HEALTH', 60: 'LIFE' }
const STATES = {
  'Ожидает оплаты': 'AWAITING_PAYMENT',
  'Не вступил в силу': 'FUTURE',
  Действует: 'ACTIVE',
  Закончен: 'EXPIRED',
  Расторгнут: 'CANCELLED',
}
const CONSENTS = { 1: 'PERSONAL_DATA', 2: 'MARKETING', 3: 'ELECTRONIC_DOCUMENTS' }

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => REPEATED.has(name),
})
const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign])
const node = (tag, text) => `<${tag}>${escaped(text)}</${tag}>`

export const policyCore = ({ url, user, password }) => {
  const { http, path } = pool(url)
  let session

  const call = async (operation, nodes, signal) => {
    const envelope =
      '<?xml version="1.0" encoding="windows-1251"?>' +
      '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
      `<${operation} xmlns="${NAMESPACE}">${nodes}</${operation}></soap:Body></soap:Envelope>`
    const headers = { 'content-type': 'text/xml; charset=windows-1251', soapaction: `"${NAMESPACE}/${operation}"` }
    const body = iconv.encode(envelope, 'windows-1251')
    const answer = parser.parse(iconv.decode(await exchange(http, { method: 'POST', path, headers, body, signal }), 'windows-1251'))
    const reply = Object.values(answer.Envelope.Body)[0]
    return { status: reply.ResponseStatus?.ErrorCode ?? '0', data: reply.ResponseData }
  }

  const logIn = () => {
    session = call('Login', node('User', user) + node('Password', password)).then(({ data }) => data.SessionId)
    session.catch(() => (session = undefined))
    return session
  }

  const ask = async (operation, tag, values, signal) => {
    const keys = values.map((value) => node(tag, value)).join('')
    for (const last of [false, true]) {
      const used = session ?? logIn()
      const { status, data } = await call(operation, node('SessionId', await used) + keys, signal)
      if (status === SESSION_EXPIRED && !last) {
        if (session === used) session = undefined
        continue
      }
      if (status !== '0') throw new Error(`${operation}: error ${status}`)
      return data
    }
  }

  return {
    async clients(isns, signal) {
      const { Client: rows } = await ask('GetClients', 'Isn', isns.map(spelledIsn), signal)
      const byIsn = new Map(rows.map((row) => [isn(row.Isn), client(row)]))
      return isns.map((key) => byIsn.get(key))
    },
    async policiesOf(holder, signal) {
      const { Policy: rows } = await ask('FindPolicies', 'ClientIsn', [spelledIsn(holder)], signal)
      return (rows ?? []).map(policy)
    },
    async instalments(numbers, signal) {
      if (numbers.length === 0) return new Map()
      const { Plan: rows } = await ask('GetInstalments', 'PolicyNumber', numbers, signal)
      return new Map(rows.map((row) => [policyKey(row.PolicyNumber), (row.Instalment ?? []).map(instalment)]))
    },
    async renewal(number, signal) {
      const { RenewalOptions: row } = await ask('GetRenewalOptions', 'PolicyNumber', [number], signal)
      return { eligible: row.Allowed === 'Y', premium: row.Premium ? money(row.Premium, row.Currency) : null }
    },
  }
}

const client = (row) => ({
  isn: isn(row.Isn),
  name: { last: row.LastName, first: row.FirstName, patronymic: row.MiddleName || null },
  phone: row.Phone || null,
  email: row.Email || null,
  consents: (row.Consent ?? []).map((each) => ({
    purpose: CONSENTS[each.Purpose],
    expiresOn: day(each.ExpiryDate),
    revokedOn: day(each.RevokedDate),
  })),
})

const policy = (row) => ({
  isn: isn(row.Isn),
  number: row.Number,
  key: policyKey(row.Number),
  product: { code: row.ProductCode, name: row.ProductName },
  line: LINES[row.Line],
  status: STATES[row.State],
  signedOn: day(row.SignDate),
  start: day(row.BeginDate),
  end: day(row.EndDate),
  singlePremium: row.SinglePremium === 'Y',
  premium: money(row.Premium, row.Currency),
  currency: currencyOf(row.Currency),
})

const instalment = (row) => ({
  number: Number(row.No),
  dueOn: day(row.DueDate),
  paidOn: day(row.PaidDate) || null,
  amount: money(row.Amount, row.Currency),
})
