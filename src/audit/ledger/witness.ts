/** Being a witness for other logs: https://c2sp.org/tlog-witness */

import { fromBytea } from '#foundation/bytea.ts'
import type { Database } from '#foundation/database.ts'
import { cosign, decide, parseSubmission, signatureLine, type Verifier } from '#tlog'
import type { Ledger } from './ledger.ts'
import { addWitnessed, claimOrigin, lastWitnessed } from './statements/witness.ts'

export interface WitnessAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/**
 * Answers an add-checkpoint request. What is cosigned is durable before the cosignature leaves, and decided under a lock:
 * two requests can't roll a log back. Throws `tlog/…` for what can't be read.
 */
export async function witness(
  { control, keys }: Ledger,
  logs: readonly Verifier[],
  body: string,
  nowMs: number,
): Promise<WitnessAnswer> {
  const submission = parseSubmission(body)
  const { origin } = submission
  const own = logs.filter(({ name }) => name === origin)
  return control.transaction(async (tx): Promise<WitnessAnswer> => {
    await tx.rows(claimOrigin(origin))
    const [last] = await tx.rows(lastWitnessed(origin))
    const latest = last === undefined ? undefined : { size: Number(last.size), root: fromBytea(last.root) }
    const decision = decide(submission, own.length === 0 ? undefined : { keys: own, latest })
    if (decision.status !== 200) return decision
    const { size, root } = decision.checkpoint
    if (size !== latest?.size) await tx.rows(addWitnessed(origin, size, Buffer.from(root)))
    const signature = cosign(decision.text, await keys.witness(tx), Math.floor(nowMs / 1000))
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: signatureLine(signature) }
  })
}

/** The key by which this witness is known. */
export const witnessKey = ({ control, keys }: { control: Database; keys: Ledger['keys'] }): Promise<string> =>
  control.transaction(async (tx) => (await keys.witness(tx)).verifier.text)
