import { Fault, KINDS } from '#foundation/fault.ts'

/** A process that this one depends on ended before it was of use. It has said why itself. */
export class ChildFailed extends Error {
  readonly status: number

  /** @param code its exit status; null when a signal ended it */
  constructor(code: number | null) {
    super('the hospital ended before it served')
    this.status = code || KINDS.broken.exit
  }
}

/** Ends a process that could not start or go on: a few lines for a person, the exit status of the fault's kind. */
export function sayWhyNot(error: unknown): never {
  const { says, status } = reason(error)
  process.stderr.write(says === '' ? '' : `omnicare: ${says}\n`)
  process.exit(status)
}

function reason(error: unknown): { says: string; status: number } {
  if (error instanceof ChildFailed) return { says: '', status: error.status }
  if (error instanceof Fault) {
    const problems = error.problems.map(({ says }) => `\n  - ${says}`).join('')
    return { says: `${error.message}${problems}\n${error.remedy}`, status: KINDS[error.kind].exit }
  }
  const { code, port, stack } = error as { code?: string; port?: number; stack?: string }
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return {
      says: `port ${port} ${code === 'EACCES' ? 'may not be used by this user' : 'is taken'}.\nStop what listens there, or set OMNICARE_PORT or OMNICARE_OPERATIONS_PORT.`,
      status: KINDS.invalid.exit,
    }
  return { says: stack ?? String(error), status: KINDS.broken.exit }
}
