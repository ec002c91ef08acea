/** What every part of identity is given, and how each change is written down. */
import type { Database, Queries } from '#foundation/database.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import { markTold } from '#foundation/told.ts'
import type { IdentityAction } from './terms.ts'

/** Who asks, and from where, as the request tells. */
export interface Caller {
  /** Request id. */
  readonly request: string
  readonly actor: {
    readonly kind: 'person' | 'client' | 'system' | 'nobody'
    readonly id: string
    readonly name?: string
  }
  readonly role: string
  readonly purpose: string
  readonly address: string
  readonly agent: string
  readonly breakGlass: boolean
}

/** What was done, refused or failed, as the audit trail takes it. */
export interface Deed {
  readonly action: IdentityAction
  /** As in `person/018f…`. */
  readonly resources: readonly string[]
  readonly patients: readonly string[]
  readonly outcome?: 'refused' | 'failed'
  /** HTTP status. */
  readonly status: number
  /** Fault code. */
  readonly code?: string
  /** What was done, in a few fixed words; never what somebody typed. */
  readonly reason?: string
}

/**
 * Resolves once the deed is durable, or will be with the transaction when one is given; rejects when it can't be, and then
 * the deed must not take effect.
 */
export type RecordDeed = (caller: Caller, deed: Deed, tx?: Queries) => Promise<void>

export interface Tools {
  readonly control: Database
  readonly record: RecordDeed
  readonly nowMs: () => number
}

export interface About {
  readonly action: IdentityAction
  readonly resources: readonly string[]
  readonly reason?: string
}

/** Does `work` in one transaction with its record; a refusal is recorded too, by itself, before it is thrown on. */
export const changing = <T>(
  tools: Tools,
  caller: Caller,
  about: About,
  work: (tx: Queries) => Promise<T>,
): Promise<T> => refusalTold(tools, caller, about, () => committing(tools, caller, about, work))

/** Does `work` in one transaction with its record. */
export const committing = <T>(
  { control, record }: Tools,
  caller: Caller,
  about: About,
  work: (tx: Queries) => Promise<T>,
): Promise<T> =>
  control.transaction(async (tx) => {
    const done = await work(tx)
    await record(caller, deedOf(about), tx)
    return done
  })

/** Records what is thrown, before it is thrown on; marked, so that the door records it no second time. */
export async function refusalTold<T>(
  { record }: Pick<Tools, 'record'>,
  caller: Caller,
  about: About | (() => About),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await record(caller, refusedDeed(typeof about === 'function' ? about() : about, error))
    markTold(error, caller.request)
    throw error
  }
}

export const deedOf = (about: About): Deed => ({ ...about, patients: [], status: 200 })

/** What didn't come about, by what was thrown. */
function refusedDeed(about: About, error: unknown): Deed {
  const { kind, code } = error instanceof Fault ? error : { kind: 'broken' as const, code: 'unexpected' }
  const status = KINDS[kind].http
  return { ...about, patients: [], outcome: status >= 500 ? 'failed' : 'refused', status, code }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const isId = (text: string): boolean => UUID.test(text)
