/**
 * The floors: for each work the least code that does the same with the same parts (Fastify, pg in pipeline mode,
 * prepared statements, the same rows), and nothing of a hospital: no types, no validation, no index, no sign-in.
 */
import Fastify from 'fastify'
import pg from 'pg'
import { findChart, insertBare, readBody } from './statements/floor.ts'

const [url = ''] = process.argv.slice(2)
const WRITERS = 16
const PAGE = 20

const connect = async () => {
  const client = new pg.Client({ connectionString: url, pipeline: true })
  await client.connect()
  return client
}
const reader = await connect()
const writers = await Promise.all(Array.from({ length: WRITERS }, connect))
let turn = 0

const app = Fastify({ exposeHeadRoutes: false })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

app.get('/Observation/:id', async (request, reply) => {
  const { id } = request.params as { id: string }
  const { rows } = await reader.query({ name: 'read', text: readBody, values: [id] })
  return reply.type('application/fhir+json').send(rows[0].body)
})

app.post('/Observation', async (request, reply) => {
  turn = (turn + 1) % WRITERS
  const writer = writers[turn] as pg.Client
  await writer.query({ name: 'insert', text: insertBare, values: [crypto.randomUUID(), request.body] })
  return reply.code(201).type('application/fhir+json').send(request.body)
})

app.get('/Observation', async (request, reply) => {
  const { patient, code } = request.query as { patient: string; code: string }
  const { rows } = await reader.query({ name: 'chart', text: findChart(PAGE), values: [patient, code] })
  const entries = rows.map(({ id, body }) => `{"fullUrl":"http://floor/${id}","resource":${body}}`)
  return reply
    .type('application/fhir+json')
    .send(`{"resourceType":"Bundle","type":"searchset","entry":[${entries.join(',')}]}`)
})

process.send?.({ serving: await app.listen({ host: '127.0.0.1', port: 0 }) })
process.once('SIGTERM', () => process.exit(0))
