import assert from 'node:assert/strict'
import type { TestHospital } from './hospital.ts'

export type Json = Record<string, unknown>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The body as JSON; throws when it is none. */
  readonly json: Json
}

export type Send = (
  method: string,
  path: string,
  body?: string | Buffer | object | ReadableStream,
  headers?: Record<string, string>,
) => Promise<Answer>

/** A client over real HTTP. `path` is relative to the FHIR base, or a whole address such as a page's link. */
export function clientOf({ base, token }: Pick<TestHospital, 'base' | 'token'>): Send {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) || body instanceof ReadableStream
    const response = await fetch(path.startsWith('http') ? path : `${base}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: (raw ? body : JSON.stringify(body)) as NonNullable<RequestInit['body']>, duplex: 'half' }),
    } as RequestInit)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text,
      get json() {
        return JSON.parse(text) as Json
      },
    }
  }
}

/** The code of the fault that `answer` refuses with: a 4xx that is an OperationOutcome and tells what to do. */
export function refusalIn({ status, headers, body }: Answer, of = ''): string {
  assert.ok(status >= 400 && status < 500, `${of}: ${status} ${body.slice(0, 300)}`)
  assert.match(headers.get('content-type') ?? '', /^application\/fhir\+json/, of)
  const { resourceType, issue } = JSON.parse(body) as {
    resourceType: string
    issue: { severity: string; code: string; diagnostics: string; details: { coding: { code: string }[] } }[]
  }
  assert.equal(resourceType, 'OperationOutcome', of)
  for (const one of issue) {
    assert.ok(one.code.length > 0 && one.diagnostics.length > 10, of)
    assert.match(one.details.coding[0]?.code ?? '', /^[a-z]+\/[a-z0-9-]+$/, of)
  }
  return issue[0]?.details.coding[0]?.code as string
}

/** The resources of a Bundle's entries, those included apart. */
export const resourcesIn = (bundle: Json, mode = 'match'): Json[] =>
  ((bundle.entry ?? []) as { resource: Json; search?: { mode: string } }[])
    .filter(({ search }) => search === undefined || search.mode === mode)
    .map(({ resource }) => resource)

export const linkIn = (bundle: Json, relation: string): string | undefined =>
  ((bundle.link ?? []) as { relation: string; url: string }[]).find((link) => link.relation === relation)?.url
