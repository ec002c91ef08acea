/**
 * Verifying the ledger from the inside: everything is computed anew from what the rows hold.
 *
 * The signed root vouches for the tiles, the tiles for the leaves, the leaves for the entries; each is compared with what
 * is below it, so that the first bad entry can be named. What somebody wrote anew and signed again with the log's own key
 * agrees with itself: only a checkpoint that was kept outside shows it.
 */

import { fromBytea } from '#foundation/bytea.ts'
import type { Database, Queries } from '#foundation/database.ts'
import { auditFaults } from '../../faults.ts'
import type { Ledger } from '../ledger.ts'
import { lastKept, latestCheckpoint } from '../statements/ledger.ts'
import {
  keepsIdsApart,
  rangeOfTime,
  repeatedIds,
  strayEntries,
  toldOfMore,
  withoutTimeLimit,
} from '../statements/verify.ts'
import { inOrder, keptClaim, openClaims, type Stored, storedClaims } from './checkpoints.ts'
import { type Finding, type Findings, openFindings } from './findings.ts'
import { walk } from './walk.ts'

export interface VerifyOptions {
  /**
   * Entries to look at, from <= index < to, or from <= time < to as RFC 3339 has it; all when absent. The tree is always
   * checked as a whole.
   */
  readonly from?: number | string | undefined
  readonly to?: number | string | undefined
  /** Whether entries are decrypted too: it shows what can't be read, and adds nothing about what was altered. */
  readonly decrypt?: boolean | undefined
  /** Signed checkpoints that were kept elsewhere. */
  readonly kept?: readonly string[] | undefined
  /** Told how many entries have been checked, several times a second. */
  readonly progress?: (entries: number) => void
}

export interface Verified {
  readonly well: boolean
  readonly size: number
  /** Of the tree, in base64. */
  readonly root: string
  readonly checked: number
  readonly unreadable: number
  readonly checkpoints: number
  readonly firstBadEntry?: { readonly from: number; readonly to: number }
  /** The first hundred. */
  readonly findings: readonly Finding[]
  readonly findingCount: number
}

/**
 * Checks the ledger as it was when the check began. Throws `audit/nothing-sealed`, `audit/bad-filter`, and `tlog/…` for a
 * kept checkpoint that can't be believed.
 */
export async function verifyLedger({ control, keys }: Ledger, options: VerifyOptions = {}): Promise<Verified> {
  const findings = openFindings()
  const newest = await newestStored(control, findings)
  const { size, root } = newest
  const log = await keys.verifiers()
  const origin = log[0]?.name ?? ''
  const kept = (options.kept ?? []).map((signed) => keptClaim(signed, origin, log))
  const range = await rangeOf(control, options, size)
  const repeated = idsRepeated(control)
  repeated.catch(() => undefined)
  const months = await keys.readable()
  for (const month of months.altered)
    findings.add(`the key of ${month} has been altered: the master key does not open it`)
  const claims = openClaims(inOrder(kept, storedClaims(control, newest, { origin, log }, findings)), findings)
  const walked = await walk({
    control,
    size,
    root,
    claims,
    findings,
    ...range,
    keys: months.keys,
    decrypt: options.decrypt === true,
    progress: options.progress ?? (() => undefined),
  })
  await claims.rest(size)
  for (const { index } of await control.rows(strayEntries()))
    findings.add(`entry ${index} is in no checkpoint: it was inserted`, Number(index))
  for (const { id, index } of await repeated) findings.add(`the id ${id} is in the ledger twice`, Number(index))
  const named = new Set((await keys.months()).map(({ month }) => month))
  for (const month of walked.months) if (!named.has(month)) findings.add(`the key of ${month} is missing`)
  for (const { name, told, size: now } of await control.rows(toldOfMore()))
    findings.add(`the ledger was cut back: the ${name} was told of ${told} entries`, Number(now), Number(told) - 1)
  const list = findings.list()
  const accused = list[0]?.entries
  return {
    well: findings.count() === 0,
    size,
    root: walked.root.toString('base64'),
    checked: walked.counts.entries,
    unreadable: walked.counts.unreadable,
    checkpoints: claims.counted(),
    ...(accused !== undefined && { firstBadEntry: accused }),
    findings: list,
    findingCount: findings.count(),
  }
}

/** The newest checkpoint; when it is gone, the newest of those that are kept. */
async function newestStored(control: Queries, findings: Findings): Promise<Stored> {
  const [newest] = await control.rows(latestCheckpoint())
  const [kept] = newest === undefined ? await control.rows(lastKept()) : []
  const row = newest ?? kept
  if (row === undefined) throw auditFaults['nothing-sealed']()
  if (newest === undefined) findings.add('the newest checkpoint is missing')
  return { size: Number(row.size), root: fromBytea(row.root), signed: row.signed }
}

/** Numbers of entries from what was asked for by number or by time. */
async function rangeOf(control: Queries, { from, to }: VerifyOptions, size: number) {
  const time = (given: number | string | undefined) => {
    if (typeof given !== 'string') return null
    if (Number.isNaN(Date.parse(given)))
      throw auditFaults['bad-filter']({ why: `${given} is neither the number of an entry nor a time of RFC 3339.` })
    return given
  }
  const times = [time(from), time(to)] as const
  const [found] = times.some((one) => one !== null) ? await control.rows(rangeOfTime(...times)) : []
  // Nothing is of that time: an empty range.
  const first = typeof from === 'string' ? Number(found?.from ?? size) : (from ?? 0)
  const end = typeof to === 'string' ? Number(found?.upto ?? 0) : (to ?? size)
  return { from: Math.min(Math.max(first, 0), size), to: Math.min(Math.max(end, 0), size) }
}

/** Ids that are in the ledger twice. While PostgreSQL keeps them apart, there are none. */
async function idsRepeated(control: Database): Promise<{ id: string; index: string }[]> {
  const [{ kept } = { kept: false }] = await control.rows(keepsIdsApart())
  if (kept) return []
  return control.transaction(async (tx) => {
    await tx.rows(withoutTimeLimit())
    return tx.rows(repeatedIds())
  })
}
