// Values in the systems' spelling, as the graph shows them. Days are texts of ISO 8601, which sort as they are.

export const day = (spelled) => spelled && `${spelled.slice(6)}-${spelled.slice(3, 5)}-${spelled.slice(0, 2)}`

export const moscowDay = () => new Date(Date.now() + 3 * 3600 * 1000).toISOString().slice(0, 10)

export const plusDays = (iso, days) => new Date(Date.parse(iso) + days * 86400000).toISOString().slice(0, 10)

export const daysLeft = (iso, today) => Math.max(0, Math.round((Date.parse(iso) - Date.parse(today)) / 86400000))

export const period = (start, end, today) => ({ start, end, daysLeft: daysLeft(end, today) })

export const instant = (moscow) => `${new Date(`${moscow}+03:00`).toISOString().slice(0, 19)}+00:00`

export const globalId = (type, internal) => Buffer.from(`${type}:${internal}`).toString('base64url')

export const isn = (spelled) => spelled.slice(0, -2)

export const spelledIsn = (key) => `${key}.0`

const LOOKALIKES = { А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X' }

export const policyKey = (number) =>
  number
    .replace(/[\s№#\-–—−./]+/g, '')
    .toUpperCase()
    .replace(/[АВЕКМНОРСТУХ]/g, (letter) => LOOKALIKES[letter])

const CURRENCIES = { 643: 'RUB', 840: 'USD', 978: 'EUR', 156: 'CNY', RUR: 'RUB' }

export const currencyOf = (code) => CURRENCIES[code] ?? code

export const money = (spelled, code) => ({
  amount: spelled.replace(/[ \u00a0]/g, '').replace(',', '.'),
  currency: currencyOf(code),
})

export const moneyOfNumber = (number, code) => ({ amount: number.toFixed(2), currency: currencyOf(code) })

const formats = new Map()

export const formatted = ({ amount, currency }) => {
  let format = formats.get(currency)
  if (format === undefined) {
    format = new Intl.NumberFormat('ru', { style: 'currency', currency })
    formats.set(currency, format)
  }
  return format.format(amount)
}

export const maskedPhone = (spelled) => {
  const digits = spelled.replace(/\D/g, '').slice(-10)
  return `+7 *** ***-${digits.slice(6, 8)}-${digits.slice(8)}`
}

export const maskedEmail = (address) => {
  const found = /^([^@])[^@]*@([^@])[^@]*\.([^@.]+)$/.exec(address.trim().toLowerCase())
  return found ? `${found[1]}***@${found[2]}***.${found[3]}` : '***@***'
}
