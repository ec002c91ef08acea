/** Where in a Bundle something was refused. */
import { Fault, KINDS } from '#foundation/fault.ts'

/** Does the work of one entry; what it refuses names the entry: `Bundle.entry[3].resource.gender`. */
export function inEntry<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw placed(error, index)
  }
}

/** The same refusal, with the entry's place before the place within its resource. */
export function placed(error: unknown, index: number): unknown {
  if (!(error instanceof Fault) || error.kind === 'busy') return error
  const { kind, code, message, remedy, problems } = error
  const entry = `Bundle.entry[${index}]`
  const named =
    problems.length === 0
      ? [{ code: KINDS[kind].issue, expression: entry, says: message }]
      : problems.map((problem) => ({
          ...problem,
          expression: `${entry}${problem.expression === undefined ? '' : `.resource${problem.expression.replace(/^\w+/, '')}`}`,
        }))
  return new Fault(kind, code, message, remedy, named)
}
