// A gateway written by hand on Mercurius: its JIT, loaders, keep-alive pools, a token checked on every request, a
// deadline, limits, one line of log a request. It knows the home screen and nothing else.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { loaders, resolvers } from './resolvers.js'
import { Request } from './request.js'
import { claimsCore } from './claims_core.js'
import { lifeEngine } from './life_engine.js'
import { policyCore } from './policy_core.js'

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const port = Number(process.argv[3])
const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')

const keys = createLocalJWKSet(config.jwks)
const checks = {
  issuer: config.issuer,
  audience: config.audience,
  algorithms: ['Ed25519'],
  typ: 'at+jwt',
  clockTolerance: 30,
  requiredClaims: ['exp', 'iat', 'sub'],
}

// A token that was found good is good until it ends, as the gateway takes it too.
const MOST_TOKENS = 10_000
const known = new Map()
const verified = async (token) => {
  const held = known.get(token)
  if (held !== undefined && held.exp * 1000 > Date.now()) return held
  const { payload } = await jwtVerify(token, keys, checks)
  if (known.size >= MOST_TOKENS) known.delete(known.keys().next().value)
  known.set(token, payload)
  return payload
}

const systems = {
  core: policyCore(config.systems.policy_core),
  claims: claimsCore(config.systems.claims_core),
  life: lifeEngine(config.systems.life_valuation),
}

const app = Fastify({ logger: { level: 'info' }, disableRequestLogging: true, bodyLimit: 1024 * 1024 })
app.decorateRequest('viewer', null)
app.addHook('onRequest', async (request, reply) => {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() !== 'bearer' || token === undefined) return
  try {
    request.viewer = await verified(token)
  } catch {
    return reply.code(401).send({ errors: [{ message: 'TOKEN_INVALID' }] })
  }
})
app.addHook('onResponse', async (request, reply) => {
  const { viewer, method, id } = request
  const seconds = Math.round(reply.elapsedTime * 10) / 10000
  const fields = { request_id: id, viewer: viewer?.kind ?? 'anonymous', method, status: reply.statusCode, seconds }
  request.log.info(fields, 'request')
})
app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  graphiql: false,
  queryDepth: 14,
  context: ({ viewer }) => ({ viewer, request: new Request(systems, AbortSignal.timeout(config.deadline_ms)) }),
})
await app.listen({ port, host: '127.0.0.1' })
