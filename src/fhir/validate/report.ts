import { MOST_PROBLEMS, type Problem } from '#foundation/fault.ts'

/** What has been found so far, and where the validation stands. One for each resource validated. */
export class Report {
  readonly problems: Problem[] = []
  /** How many more there are. */
  unlisted = 0
  members = 0
  /** The object whose member is being checked. */
  holder: Readonly<Record<string, unknown>> = {}
  /** Whether links to other entries of a transaction have been resolved: what still looks like one leads nowhere. */
  readonly linked: boolean
  readonly #type: string
  readonly #path: (string | number)[] = []

  constructor(type: string, linked: boolean) {
    this.#type = type
    this.linked = linked
  }

  enter(step: string | number): void {
    this.#path.push(step)
  }

  leave(): void {
    this.#path.pop()
  }

  within(step: string, work: () => void): void {
    this.enter(step)
    work()
    this.leave()
  }

  /** Whether the resource being checked stands in a Bundle. */
  get ofBundle(): boolean {
    return this.#type === 'Bundle'
  }

  /** Whether the resource being checked is a contained one. */
  get inContained(): boolean {
    return this.#path.at(-2) === 'contained'
  }

  /** `says` goes on from "This …": whoever reads the message alone has a sentence. */
  add(code: string, says: string): void {
    if (this.problems.length >= MOST_PROBLEMS) {
      this.unlisted++
      return
    }
    const path = this.#path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
    this.problems.push({ code, expression: `${this.#type}${path}`, says: `This ${says}.` })
  }

  /** For a name that is no element: the name came from outside, so it is not repeated either. */
  addUnknown(holder: string): void {
    const name = String(this.#path.pop())
    this.#path.push(/^_?[a-z][A-Za-z0-9]{0,40}$/.test(name) ? name : 'unknown')
    this.add('structure', `is not an element of ${holder}`)
  }

  /** Counts the members in what no check goes through. */
  count(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    if (!Array.isArray(value)) this.members += Object.keys(value).length
    for (const inner of Object.values(value)) this.count(inner)
  }
}
