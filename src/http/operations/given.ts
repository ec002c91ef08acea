/** What a request gives, read strictly: a misspelt name is told, not ignored. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpFaults } from '../faults.ts'
import { doorFaults } from './faults.ts'

export type Given = Readonly<Record<string, unknown>>

const MOST_TEXT = 8_192

/** The members of a JSON body; none when there is no body. */
export function givenIn(request: FastifyRequest, known: readonly string[]): Given {
  const body = request.body ?? {}
  if (typeof body !== 'object' || Array.isArray(body)) throw doorFaults['bad-member']({ name: 'a JSON object' })
  if (Object.keys(body).some((name) => !known.includes(name))) throw doorFaults['unknown-member']()
  return body as Given
}

export function textOf(given: Given, name: string): string {
  const value = given[name]
  if (typeof value !== 'string' || value.length > MOST_TEXT) throw doorFaults['bad-member']({ name })
  return value
}

/** One value that administrators give. Throws `http/unknown-parameter`. */
export function textIn(given: unknown): string {
  if (typeof given !== 'string') throw httpFaults['unknown-parameter']()
  return given
}

export function textsIn(given: unknown): string[] {
  if (!Array.isArray(given)) throw httpFaults['unknown-parameter']()
  return given.map(textIn)
}

/** An object whose shape is for its reader to check. */
export function objectOf<T>(given: Given, name: string): T {
  const value = given[name]
  if (typeof value !== 'object' || value === null) throw doorFaults['bad-member']({ name })
  return value as T
}

export const json = (reply: FastifyReply, content: object): FastifyReply =>
  reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(content))

/** The members of a JSON body, whichever they are. */
export const bodyOf = (request: FastifyRequest): Given => (request.body ?? {}) as Given

export const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id
