// The data that the bench wrote for the peers in Node, the schema of all peers, and their resolvers.
import { readFileSync } from 'node:fs'

const [, , dataFile, schemaFile, port] = process.argv
const { policies, clients } = JSON.parse(readFileSync(dataFile, 'utf8'))

export const schema = readFileSync(schemaFile, 'utf8')
export const listen = { port: Number(port), host: '127.0.0.1' }

// Without resolvers of their own, Date and Decimal pass texts through.
export const resolvers = {
  Query: { policies: (_root, { first }) => policies.slice(0, first) },
}

export const client = (key) => clients[key]
