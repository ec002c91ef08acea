import { Fault, KINDS } from '#foundation/fault.ts'

/** Ends a process that could not start or go on: one line for a person, the exit status of the fault's kind. */
export function sayWhyNot(error: unknown): never {
  if (error instanceof Fault) {
    const problems = error.problems.map(({ says }) => `  - ${says}\n`).join('')
    process.stderr.write(`omnicare: ${error.message}\n${problems}${error.remedy}\n`)
    process.exit(KINDS[error.kind].exit)
  }
  if ((error as { code?: string }).code === 'EADDRINUSE') {
    const { port } = error as { port?: number }
    process.stderr.write(
      `omnicare: port ${port} is taken. Stop what listens there, or set OMNICARE_PORT or OMNICARE_OPERATIONS_PORT.\n`,
    )
    process.exit(KINDS.invalid.exit)
  }
  process.stderr.write(`omnicare: ${(error as Error)?.stack ?? String(error)}\n`)
  process.exit(KINDS.broken.exit)
}
