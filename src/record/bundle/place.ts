/** Where in a Bundle something was refused. */
import { Fault, KINDS, MOST_PROBLEMS, type Problem } from '#foundation/fault.ts'
import { recordFaults } from '../faults.ts'

/** Does the work of one entry; what it refuses names the entry: `Bundle.entry[3].resource.gender`. */
export function inEntry<T>(index: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw placed(error, index)
  }
}

const INVALID = recordFaults['invalid-resource']({ problems: 1 }).code

/** What is wrong with the resources of a Bundle, gathered so that one refusal tells of all of them. */
export class InvalidResources {
  readonly #problems: Problem[] = []
  #found = 0
  #resources = 0

  /** Does `work`; undefined when it refuses a resource as invalid. */
  gather<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== INVALID) throw error
      this.#problems.push(...error.problems.slice(0, MOST_PROBLEMS - this.#problems.length))
      this.#found += error.problems.length + error.unlisted
      this.#resources++
      return undefined
    }
  }

  /** Throws `record/invalid-resource` if there were any. */
  refuse(): void {
    if (this.#resources === 0) return
    const unlisted = this.#found - this.#problems.length
    const details = { problems: this.#found, resources: this.#resources }
    throw recordFaults['invalid-resource'](details, this.#problems, unlisted)
  }
}

/** Throws the first of `faults`, if there are any, which are of one code and each of an entry: with what all of them say. */
export function refuseAll(faults: readonly Fault[]): void {
  const [first] = faults
  if (first === undefined) return
  const { kind, code, message, remedy } = first
  throw new Fault(
    kind,
    code,
    message,
    remedy,
    faults.flatMap(({ problems }) => problems),
  )
}

/** The same refusal, with the entry's place before the place within its resource. */
export function placed(error: unknown, index: number): unknown {
  if (!(error instanceof Fault) || error.kind === 'busy') return error
  const { kind, code, message, remedy, problems, unlisted } = error
  const entry = `Bundle.entry[${index}]`
  const named =
    problems.length === 0
      ? [{ code: KINDS[kind].issue, expression: entry, says: message }]
      : problems.map((problem) => ({
          ...problem,
          expression: `${entry}${problem.expression === undefined ? '' : `.resource${problem.expression.replace(/^\w+/, '')}`}`,
        }))
  return new Fault(kind, code, message, remedy, named, unlisted)
}
