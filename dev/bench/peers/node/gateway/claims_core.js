// The claims core: JSON over REST, client credentials.
import { exchange, pool } from './exchange.js'

const EXPAND = 'timeline,documents,referral,payouts'
const MARGIN_MS = 30_000
const MOST_POLICIES = 20

export const claimsCore = ({ url, client_id: id, client_secret: secret }) => {
  const { http, path } = pool(url)
  let token

  const signIn = async () => {
    const body = 'grant_type=client_credentials'
    const basic = Buffer.from(`${id}:${secret}`).toString('base64')
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' }
    const answer = JSON.parse(await exchange(http, { method: 'POST', path: `${path}/oauth/token`, headers, body }))
    return { value: answer.access_token, ends: Date.now() + answer.expires_in * 1000 - MARGIN_MS }
  }

  const current = async () => {
    token ??= signIn()
    const held = await token.catch((error) => {
      token = undefined
      throw error
    })
    if (held.ends > Date.now()) return held.value
    token = signIn()
    return (await token).value
  }

  const page = async (query, signal) => {
    const headers = { authorization: `Bearer ${await current()}`, accept: 'application/json, application/problem+json' }
    return JSON.parse(await exchange(http, { method: 'GET', path: `${path}/claims?${query}`, headers, signal }))
  }

  return {
    async claimsOf(numbers, signal) {
      const found = []
      for (let first = 0; first < numbers.length; first += MOST_POLICIES) {
        const keys = numbers.slice(first, first + MOST_POLICIES).join(',')
        const { items } = await page(`policyNumbers=${keys}&expand=${EXPAND}&pageSize=100`, signal)
        found.push(...items)
      }
      return found
    },
  }
}
