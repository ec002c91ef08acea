import { type Audit, auditFaults, type Caller, type Deed, outcomeOfRefusal } from '#audit'
import { databaseFaults } from '#foundation/database-faults.ts'
import { Fault, KINDS } from '#foundation/fault.ts'

const NOT_RECORDED = auditFaults['not-recorded']().code
/** Its sentence is about others who change the same; when nothing can be written down, the lock was most likely the intake's. */
const CONTENDED = databaseFaults.contended().code

/**
 * Writes a refusal down; gives the fault to answer with once it is durable. That is another one when it can't be written
 * down: then not even a 404 tells anything. What was refused because it could not be written down isn't tried again; and who
 * is told that a change may have been stored must be told so whatever happens to the entry.
 */
export async function tellRefusal(
  audit: Audit,
  caller: Caller,
  about: Pick<Deed, 'action' | 'resources' | 'patients' | 'query'>,
  fault: Fault,
): Promise<Fault> {
  if (fault.code === NOT_RECORDED) return fault
  const status = KINDS[fault.kind].http
  try {
    await audit.record(caller, { ...about, outcome: outcomeOfRefusal(status), status, code: fault.code })
    return fault
  } catch (error) {
    return error instanceof Fault && (fault.kind !== 'busy' || fault.code === CONTENDED) ? error : fault
  }
}
