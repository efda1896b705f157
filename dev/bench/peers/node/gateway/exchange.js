// HTTP over keep-alive pools.
import { Pool } from 'undici'

export const pool = (url) => {
  const { origin, pathname } = new URL(url)
  return { http: new Pool(origin, { connections: 32, pipelining: 1, keepAliveTimeout: 60_000 }), path: pathname.replace(/\/$/, '') }
}

export const exchange = async (http, options) => {
  const { statusCode, body } = await http.request(options)
  const bytes = Buffer.from(await body.arrayBuffer())
  if (statusCode !== 200) throw new Error(`${options.path.split('?')[0]}: HTTP ${statusCode}`)
  return bytes
}
