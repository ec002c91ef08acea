import { type Audit, auditFaults, type Caller, type Deed, outcomeOfRefusal } from '#audit'
import { Fault, KINDS } from '#foundation/fault.ts'

const NOT_RECORDED = auditFaults['not-recorded']().code
/** Of a change that waited for the intake itself PostgreSQL says no more than that it waited for somebody. */
const CONTENDED = 'database/contended'

/**
 * Writes a refusal down; gives the fault to answer with once it is durable. That is another one when it can't be written
 * down: then not even a 404 tells anything. What was refused because it could not be written down isn't tried again. That
 * the database is away or full, or that a change may have been stored, is said whatever becomes of the entry.
 */
export async function tellRefusal(
  audit: Audit,
  caller: Caller,
  about: Pick<Deed, 'action' | 'resources' | 'patients'>,
  fault: Fault,
): Promise<Fault> {
  if (fault.code === NOT_RECORDED) return fault
  const status = KINDS[fault.kind].http
  try {
    await audit.record(caller, { ...about, outcome: outcomeOfRefusal(status), status, code: fault.code })
    return fault
  } catch (error) {
    const stands = fault.kind === 'busy' && fault.code !== CONTENDED
    return !stands && error instanceof Fault ? error : fault
  }
}
