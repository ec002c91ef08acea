/**
 * Verifying the ledger from the inside: everything is computed anew from what the rows hold.
 *
 * The signed root vouches for the tiles, the tiles for the leaves, the leaves for the entries; each is compared with what
 * is below it, so that the first bad entry can be named. What somebody wrote anew and signed again with the log's own key
 * agrees with itself: only a checkpoint that was kept outside shows it.
 */
import { auditFaults } from '../../faults.ts'
import { fromBytea } from '../bytes.ts'
import type { Ledger } from '../ledger.ts'
import { latestCheckpoint } from '../statements/ledger.ts'
import { repeatedIds, strayEntries, toldOfMore, withoutTimeLimit } from '../statements/verify.ts'
import { inOrder, keptClaim, openClaims, storedClaims } from './checkpoints.ts'
import { type Finding, openFindings } from './findings.ts'
import { walk } from './walk.ts'

export interface VerifyOptions {
  /** Entries to look at, from <= index < to; all when absent. The tree is always checked as a whole. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Whether entries are decrypted too. */
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
 * Checks the ledger as it was when the check began. Throws `audit/nothing-sealed`, and `tlog/…` for a kept checkpoint
 * that can't be believed.
 */
export async function verifyLedger({ control, keys }: Ledger, options: VerifyOptions = {}): Promise<Verified> {
  const [latest] = await control.rows(latestCheckpoint())
  if (latest === undefined) throw auditFaults['nothing-sealed']()
  const size = Number(latest.size)
  const findings = openFindings()
  const log = await keys.verifiers()
  const origin = log[0]?.name ?? ''
  const kept = (options.kept ?? []).map((signed) => keptClaim(signed, origin, log))
  const repeated = control.transaction(async (tx) => {
    await tx.rows(withoutTimeLimit())
    return tx.rows(repeatedIds())
  })
  const months = await keys.readable()
  for (const month of months.altered)
    findings.add(`the key of ${month} has been altered: the master key does not open it`)
  const claims = openClaims(inOrder(kept, storedClaims(control, size, { origin, log }, findings)), findings)
  const walked = await walk({
    control,
    size,
    root: fromBytea(latest.root),
    claims,
    findings,
    from: Math.min(Math.max(options.from ?? 0, 0), size),
    to: Math.min(options.to ?? size, size),
    keys: options.decrypt === false ? undefined : months.keys,
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
