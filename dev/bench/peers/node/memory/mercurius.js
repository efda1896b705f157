// Mercurius with its JIT and a loader, as its documentation shows them. The loader's cache is off: by the same
// documentation that avoids a serialization a row, and nothing is asked for twice here.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { client, listen, resolvers, schema } from './world.js'

const app = Fastify({ logger: false })
app.register(mercurius, {
  schema,
  resolvers,
  loaders: {
    Policy: {
      holder: { loader: async (queries) => queries.map(({ obj }) => client(obj.holderId)), opts: { cache: false } },
    },
  },
  jit: 1,
  graphiql: false,
})
await app.listen(listen)
