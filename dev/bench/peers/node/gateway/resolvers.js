// The graph: plain properties, and loaders for whatever hangs on an object. The loaders' cache is off, as in the peer
// over data in memory; what two fields need is remembered by the request itself.
import { reminders } from './reminders.js'
import { formatted, globalId, maskedEmail, maskedPhone, period } from './values.js'

export const resolvers = {
  Query: { viewer: (_root, _given, { viewer }) => viewer && { client: viewer.client_isn && { isn: String(viewer.client_isn) } } },
  ClientProfile: {
    phone: ({ phone }) => phone && { masked: maskedPhone(phone) },
    email: ({ email }) => email && { masked: maskedEmail(email) },
  },
  Money: { formatted },
}

const each = (load) => ({
  loader: (queries, context) => Promise.all(queries.map(({ obj, params }) => load(obj, params, context.request))),
  opts: { cache: false },
})

export const loaders = {
  Client: {
    profile: each(({ isn }, _given, request) => request.client(isn)),
    reminders: each(async ({ isn }, _given, request) => ({
      items: reminders(await request.holdings(isn), request.today),
      unavailable: [],
    })),
    policies: each(async ({ isn }, { statuses, first }, request) => {
      const held = await request.policiesOf(isn)
      const chosen = held.filter(({ status }) => !statuses || statuses.includes(status)).sort(newestFirst)
      const edges = chosen.slice(0, first ?? 50).map((policy) => ({ node: shownPolicy(policy, request.today) }))
      return { totalCount: chosen.length, edges }
    }),
    lifeContracts: each(async ({ isn }, _given, request) => {
      const held = await request.contractsOf(isn)
      return held.toSorted(firstToMature).map((contract) => shownContract(contract, request.today))
    }),
  },
  LifeContract: {
    valuation: {
      loader: (queries, { request }) => request.systems.life.valuations(queries.map(({ obj }) => obj.number)),
      opts: { cache: false },
    },
  },
}

const order = (one, other) => (one < other ? -1 : Number(one > other))
const newestFirst = (one, other) => order(other.start, one.start) || Number(one.isn) - Number(other.isn)
const firstToMature = (one, other) => order(one.end, other.end) || Number(one.isn) - Number(other.isn)

const shownPolicy = ({ isn, number, line, status, product, start, end }, today) => ({
  id: globalId('Policy', isn),
  number,
  line,
  status,
  product,
  period: period(start, end, today),
})

const shownContract = ({ isn, number, kind, product, start, end }, today) => ({
  id: globalId('LifeContract', isn),
  number,
  kind,
  product,
  period: period(start, end, today),
})
