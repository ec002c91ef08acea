import type { TestContext } from 'node:test'
import type { HealthRecord } from '#record'
import { AUTHORIZED, type Call, serve } from './recording-record.ts'

export const BASE = 'http://hospital.test/fhir/R4'
export const PATIENT = '{"resourceType":"Patient"}'

interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly headers?: Record<string, string>
  readonly payload?: string | Buffer
  readonly answers?: Partial<HealthRecord>
  readonly publicUrl?: string
}

/** Sends one request to `/fhir/R4` + `path` and gives what came back and what the record was asked. */
export async function ask(t: TestContext, path: string, { headers = {}, answers, publicUrl, ...sent }: Sent = {}) {
  const { app, calls } = serve(t, answers, publicUrl === undefined ? {} : { publicUrl })
  const { statusCode: status, ...response } = await app.inject({
    method: 'GET',
    url: `/fhir/R4${path}`,
    headers: {
      ...AUTHORIZED,
      host: 'hospital.test',
      ...(sent.payload !== undefined && { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
    ...sent,
  })
  const code = () => response.json().issue[0].details.coding[0].code as string
  return { status, headers: response.headers, body: response.body, bytes: response.rawPayload, code, calls }
}

export const put = { method: 'PUT', payload: PATIENT } as const
export const post = { method: 'POST', payload: PATIENT } as const
export const firstCall = ({ calls }: { calls: readonly Call[] }) => calls[0]
