// The life valuation engine: one endpoint; a valuation is a job, kept for a while, at most a few jobs at once.
import { setTimeout as pause } from 'node:timers/promises'
import { exchange, pool } from './exchange.js'
import { day, instant, moneyOfNumber } from './values.js'

const KINDS = { НСЖ: 'ENDOWMENT', ИСЖ: 'INVESTMENT', ДСЖ: 'UNIT_LINKED' }
const KEPT_MS = 15 * 60_000
const JOBS = 4
const POLL_MS = 100
const TOO_MANY_JOBS = 2001

export const lifeEngine = ({ url, key }) => {
  const { http, path } = pool(url)
  const kept = new Map()
  const waiting = []
  let running = 0

  const ask = async (operation, data, signal) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const body = JSON.stringify({ key, operation, data })
    const answer = JSON.parse(await exchange(http, { method: 'POST', path: `${path}/api`, headers, body, signal }))
    if (answer.result === undefined) throw Object.assign(new Error(`${operation}: refused`), answer)
    return answer.result
  }

  const submitted = async (contracts) => {
    for (;;) {
      try {
        return await ask('valuation_submit', { contracts })
      } catch (error) {
        if (error.code !== TOO_MANY_JOBS) throw error
        await pause(error.wait_ms)
      }
    }
  }

  const computed = async (contracts) => {
    if (running >= JOBS) await new Promise((go) => waiting.push(go))
    running += 1
    try {
      const job = await submitted(contracts)
      await pause(job.eta_ms)
      for (;;) {
        const state = await ask('valuation_poll', { job_id: job.job_id })
        if (state.state === 'DONE') return new Map(state.items.map((item) => [item.contract, valuation(item)]))
        await pause(Math.max(POLL_MS, state.eta_ms))
      }
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  return {
    async contractsOf(isn, signal) {
      const { clients } = await ask('contracts_by_client', { clients: [isn] }, signal)
      return (clients[0].contracts ?? []).map(contract)
    },
    async valuations(numbers) {
      const now = Date.now()
      const missing = numbers.filter((number) => !(kept.get(number)?.until > now))
      if (missing.length > 0) {
        const job = computed(missing)
        for (const number of missing) {
          const value = job.then((found) => found.get(number))
          kept.set(number, { until: now + KEPT_MS, value })
          value.catch(() => kept.delete(number))
        }
      }
      return Promise.all(numbers.map((number) => kept.get(number).value))
    },
  }
}

const contract = (row) => ({
  isn: row.policy_isn,
  number: row.contract,
  kind: KINDS[row.kind],
  product: row.product,
  start: day(row.start),
  end: day(row.end),
  observations: (row.coupon_terms?.observation_dates ?? []).map(day).sort(),
})

const valuation = (row) => ({
  asOf: instant(row.as_of),
  stale: false,
  payoutAtMaturity: moneyOfNumber(row.payout_at_maturity, row.currency),
})
