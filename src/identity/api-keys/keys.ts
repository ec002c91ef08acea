/** Keys of machines: a part that may be shown, and a secret; they end after a year at the latest, and that is said in time. */

import { timingSafeEqual } from 'node:crypto'
import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { personById } from '../accounts/statements/people.ts'
import { KEY_MARK } from '../entry/trust.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import { hashOf, newCode, newSecret } from '../secrets.ts'
import { noteEnded } from '../sessions/statements/ended.ts'
import type { ApiKey, PersonState } from '../terms.ts'
import { type Caller, changing, isId, refusalTold } from '../tools.ts'
import {
  addKey,
  endKey,
  giveKey,
  type KeyRow,
  keyById,
  keyMarks,
  keyOf,
  liveKey,
  liveKeys,
  noteKeyUse,
} from './statements/keys.ts'

export interface NewApiKey {
  /** What it is for, as in `laboratory analyser`. */
  readonly name: string
  /** As in `system/Observation.rs`. */
  readonly scopes: readonly string[]
  /** A person's id: who answers for it, and with whom it stops. Who makes it, unless that is the owner of the machine. */
  readonly owner?: string
  /** 365 unless told otherwise, and at most. */
  readonly days?: number
}

export interface ApiKeys {
  /** The key itself is shown once. Throws `identity/bad-key`. */
  make(caller: Caller, key: NewApiKey): Promise<{ readonly key: string; readonly made: ApiKey }>
  /** Makes somebody else answer for it. Throws `identity/no-such-key`, `identity/bad-key`, `identity/no-person`. */
  give(caller: Caller, id: string, owner: string): Promise<ApiKey>
  /** What a key is good for; nothing while its owner is suspended or ended. Throws `identity/no-api-key`, which is recorded. */
  check(caller: Caller, key: string): Promise<ApiKey>
  /** Those that can be used; those that end soonest come first. */
  list(): Promise<ApiKey[]>
  /** Those that end within 30 days, and whoever owns them should know. */
  expiring(): Promise<ApiKey[]>
  /** The first digits of the hash in base64 of each that can be used, for those who ask about keys that were shown to them. */
  marks(): Promise<string[]>
  /** Throws `identity/no-such-key`. */
  end(caller: Caller, id: string): Promise<void>
}

const DAY_MS = 86_400_000
const MOST_DAYS = 365
const WARN_DAYS = 30
const MOST_SCOPES = 50
const MOST_NAME = 100
/** How old the time of the last use may be: not every request writes. */
const USED_EVERY_MS = 60_000

/** As in `omc_7k2m9x4c1p_…`: who finds one somewhere can tell what it is and whom to ask. */
const KEY = /^(omc_[0-9a-hjkmnp-tv-z]{10})_[A-Za-z0-9_-]{43}$/
/** https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html, of systems; and the operations API's own. */
const SCOPE =
  /^(?:system\/(?:\*|[A-Z][A-Za-z]{1,40})\.(?:c?r?u?d?s?|read|write|\*)(?:\?[\w.:=&|/%-]{1,200})?|operations:[a-z][a-z-]{0,40})$/

export function openApiKeys(tools: OverseenTools): ApiKeys {
  const { control, nowMs } = tools
  return {
    make(caller, { name, scopes, owner = makerOf(caller), days = MOST_DAYS }) {
      const id = newId()
      const about = { action: 'api-key', resources: [`api-key/${id}`], reason: 'made' } as const
      return changing(tools, caller, about, async (tx) => {
        const wrong = wrongIn(name, scopes, owner, days)
        if (wrong !== undefined) throw identityFaults['bad-key']({ why: wrong })
        if (owner !== undefined) await mayOwn(tx, owner)
        const prefix = `omc_${newCode(1, 10)}`
        const key = `${prefix}_${newSecret()}`
        const now = nowMs()
        const expires = at(now + days * DAY_MS)
        const row = { id, prefix, name: name.trim(), scopes, owner: owner ?? null, now: at(now), expires }
        await tx.rows(addKey({ ...row, hash: hashOf(key) }))
        const [made] = await tx.rows(keyById(id))
        await tools.oversee(tx, caller, 'key-made', { resources: about.resources, whom: `${row.name} (${prefix})` })
        return { key, made: keyOf(made as KeyRow) }
      })
    },
    check(caller, key) {
      let resources: string[] = []
      const about = () => ({ action: 'api-key', resources, reason: 'used' }) as const
      return refusalTold(tools, caller, about, async () => {
        const prefix = KEY.exec(key)?.[1]
        const [row] = prefix === undefined ? [] : await control.quick(liveKey(prefix, at(nowMs())))
        if (row === undefined) throw identityFaults['no-api-key']()
        resources = [`api-key/${row.id}`]
        if (!timingSafeEqual(fromBytea(row.hash), hashOf(key))) throw identityFaults['no-api-key']()
        if (row.state !== null && isOver(row.state)) throw identityFaults['no-api-key']()
        const usedMs = row.used === null ? 0 : Temporal.Instant.from(row.used).epochMilliseconds
        const now = nowMs()
        if (now - usedMs >= USED_EVERY_MS) await control.change(noteKeyUse(row.id, at(now), at(now - USED_EVERY_MS)))
        return keyOf(row)
      })
    },
    list: async () => (await control.rows(liveKeys(at(nowMs()), null))).map(keyOf),
    expiring: async () => (await control.rows(liveKeys(at(nowMs()), at(nowMs() + WARN_DAYS * DAY_MS)))).map(keyOf),
    give(caller, id, owner) {
      const resources = [...(isId(id) ? [`api-key/${id}`] : []), ...(isId(owner) ? [`person/${owner}`] : [])]
      const about = { action: 'api-key', resources, reason: 'given to another owner' } as const
      return changing(tools, caller, about, async (tx) => {
        if (!isId(owner)) throw identityFaults['bad-key']({ why: OWNER })
        await mayOwn(tx, owner)
        if (!isId(id) || (await tx.rows(giveKey(id, owner, at(nowMs())))).length === 0)
          throw identityFaults['no-such-key']()
        const [row] = await tx.rows(keyById(id))
        const given = keyOf(row as KeyRow)
        await tools.oversee(tx, caller, 'key-given', { resources, whom: `${given.name} (${given.prefix})` })
        return given
      })
    },
    marks: async () => (await control.rows(keyMarks(KEY_MARK, at(nowMs())))).map(({ mark }) => mark),
    end(caller, id) {
      const about = { action: 'api-key', resources: isId(id) ? [`api-key/${id}`] : [], reason: 'ended' } as const
      return changing(tools, caller, about, async (tx) => {
        if (!isId(id) || (await tx.rows(endKey(id, at(nowMs())))).length === 0) throw identityFaults['no-such-key']()
        await tx.rows(noteEnded('api-key', id, at(nowMs())))
      })
    },
  }
}

const OWNER = 'The owner is named by the id of an account.'

/** The account that asks; the token of the machine belongs to none. */
const makerOf = ({ actor: { kind, id } }: Caller): string | undefined =>
  kind === 'person' && isId(id) ? id : undefined

/** Whether whoever answers for a key has left, so that it stops. */
const isOver = (state: PersonState): boolean => state === 'suspended' || state === 'ended'

async function mayOwn(tx: Queries, owner: string): Promise<void> {
  const [person] = await tx.rows(personById(owner))
  if (person === undefined) throw identityFaults['no-person']()
  if (isOver(person.state)) throw identityFaults['bad-key']({ why: 'Whoever answers for a key may not have left.' })
}

/** What is wrong with what a key should be, as a sentence. */
function wrongIn(name: string, scopes: readonly string[], owner: string | undefined, days: number): string | undefined {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > MOST_NAME || /\p{Cc}/u.test(trimmed))
    return `A key has a name of 1 to ${MOST_NAME} characters that says what it is for.`
  if (scopes.length === 0 || scopes.length > MOST_SCOPES || !scopes.every((scope) => SCOPE.test(scope)))
    return 'A key has scopes as in system/Observation.rs or operations:health.'
  if (owner !== undefined && !isId(owner)) return OWNER
  if (!Number.isSafeInteger(days) || days < 1 || days > MOST_DAYS) return `A key lives 1 to ${MOST_DAYS} days.`
  return undefined
}
