// graphql-yoga on Node's own server; its caches of parsed and validated documents are on unless told otherwise.
// Yoga has no loaders of its own, and the data are at hand: a policy's client is read where it is needed.
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { client, listen, resolvers, schema } from './world.js'

const yoga = createYoga({
  schema: createSchema({
    typeDefs: schema,
    resolvers: { ...resolvers, Policy: { holder: (policy) => client(policy.holderId) } },
  }),
  graphiql: false,
  landingPage: false,
  logging: false,
})
createServer(yoga).listen(listen.port, listen.host)
