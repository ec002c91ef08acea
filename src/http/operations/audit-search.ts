/** Searching, counting and following the trail. Each is recorded before anything leaves. */
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ACTIONS, type AuditSearch, countLedger, type Ledger, OUTCOMES, searchLedger } from '#audit'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import type { AuditDoor } from './audit.ts'
import { may } from './permit.ts'
import { type Query, told } from './told.ts'

const BASE = '/api/operations/audit'
const AT_ONCE = 1_000
const LOOK_EVERY_MS = 500
/** What is said when nothing happens, so that no proxy takes the silence for the end. */
const TELL_EVERY_MS = 15_000

/** The id of the account with a user name, if there is one. */
export type IdOf = (userName: string) => Promise<string | undefined>

/** `closing` ends what would otherwise be followed for ever. */
export function searchRoutes(door: AuditDoor, idOf: IdOf, closing: AbortSignal): Routes {
  const { ledger } = door
  /** Entries name people by id; whoever asks knows them by user name. */
  const named = async (search: AuditSearch): Promise<AuditSearch> => {
    const { person } = search
    const id = typeof person === 'string' ? await idOf(person) : undefined
    return id === undefined ? search : { ...search, person: [String(person), id] }
  }
  const asked = async <T>(
    request: FastifyRequest,
    beside: readonly string[],
    work: (search: AuditSearch, query: Query) => Promise<T>,
  ): Promise<T> => {
    const query = request.query as Query
    const search = await named(searchOf(query, beside))
    return told(door, request, 'search', { query }, () => work(search, query))
  }
  const json = (reply: FastifyReply, content: object) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(content))

  return {
    [`${BASE}/entries`]: {
      GET: may('audit:read', async (request, reply) => {
        const entries = await asked(request, ['before', 'most'], (search) => searchLedger(ledger, search))
        return json(reply, { entries })
      }),
    },
    [`${BASE}/count`]: {
      GET: may('audit:read', async (request, reply) => {
        return json(reply, await asked(request, [], (search) => countLedger(ledger, search)))
      }),
    },
    [`${BASE}/follow`]: {
      GET: may('audit:read', async (request, reply) => {
        // What will be followed can't be known yet: it is recorded that it may all be seen.
        const { search, query } = await asked(request, ['after', 'lines'], async (search, query) => ({ search, query }))
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const stop = AbortSignal.any([closing, gone.signal])
        const lines = follow(ledger, search, { after: whole(query.after), lines: whole(query.lines) ?? 20 }, stop)
        return reply.header('content-type', 'application/x-ndjson').send(Readable.from(lines))
      }),
    },
  }
}

/**
 * Entries as they are sealed, one JSON object a line, oldest first: the newest `lines` and what comes, or all that came
 * after the entry `after`. A line `{"at": n}` says that there was nothing else up to entry n: it is told at the beginning and
 * now and then, so that whoever is cut off can go on without a gap.
 */
async function* follow(
  ledger: Ledger,
  search: AuditSearch,
  { after, lines }: { readonly after: number | undefined; readonly lines: number },
  stop: AbortSignal,
): AsyncGenerator<string> {
  let last = after ?? (await newest(ledger))
  if (after === undefined && lines > 0) {
    const found = await searchLedger(ledger, { ...search, before: last + 1, most: lines })
    for (const entry of found.reverse()) yield line(entry)
  }
  yield line({ at: last })
  for (let told = performance.now(); !stop.aborted; ) {
    const upTo = await newest(ledger)
    const found = await searchLedger(ledger, { ...search, after: last, before: upTo + 1, most: AT_ONCE })
    for (const entry of found) yield line(entry)
    const isAll = found.length < AT_ONCE
    last = isAll ? Math.max(last, upTo) : (found.at(-1)?.index ?? last)
    if (performance.now() - told > TELL_EVERY_MS) {
      yield line({ at: last })
      told = performance.now()
    }
    if (isAll) await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined)
  }
}

const line = (what: object): string => `${JSON.stringify(what)}\n`
const newest = async (ledger: Ledger): Promise<number> => (await searchLedger(ledger, { most: 1 }))[0]?.index ?? -1
const whole = (text: string | undefined) => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined)

const WORDS = ['person', 'patient', 'request', 'type', 'from', 'to'] as const

/** Reads filters; of actions and outcomes there may be several, separated by commas. Throws `http/unknown-parameter`. */
function searchOf(query: Query, beside: readonly string[]): AuditSearch {
  const known = new Set<string>([...WORDS, 'action', 'outcome', 'breakGlass', ...beside])
  const isKnown = ([name, value]: [string, unknown]) => known.has(name) && typeof value === 'string'
  if (!Object.entries(query).every(isKnown)) throw httpFaults['unknown-parameter']()
  const words = Object.fromEntries(WORDS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
  const before = whole(query.before)
  const most = whole(query.most)
  return {
    ...words,
    ...(query.action !== undefined && { action: among(ACTIONS, query.action, 'action') }),
    ...(query.outcome !== undefined && { outcome: among(OUTCOMES, query.outcome, 'outcome') }),
    ...(query.breakGlass !== undefined && { breakGlass: among(['true'], query.breakGlass, 'breakGlass') }),
    ...(before !== undefined && { before }),
    ...(most !== undefined && { most }),
  }
}

/** A misspelt action would find nothing, and look like an innocent trail. */
function among(words: readonly string[], given: string, name: string): string[] {
  const values = given.split(',')
  if (!values.every((value) => words.includes(value))) throw httpFaults['not-among']({ name, words: words.join(', ') })
  return values
}
