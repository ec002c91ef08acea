/**
 * Whether what a resource refers to exists. https://hl7.org/fhir/R4/http.html#integrity
 *
 * Only `Type/id` is checked: what another server or a `urn:` names is not ours to know. And only what is being stored, at
 * that moment: a delete asks for nobody who refers to it. To refuse it for sure, each write would have to lock all that it
 * refers to, so that everybody who writes about one patient waits for everybody else.
 */
import type { IndexWriter } from '#fhir'
import type { Database, Queries } from '#foundation/database.ts'
import type { View } from './access/view.ts'
import { recordFaults } from './faults.ts'
import type { Row } from './index/row.ts'
import { existing } from './statements/read.ts'

/** `transaction`: enforced within transactions, where everything referred to can be sent along. */
export type ReferencePolicy = 'off' | 'warn' | 'transaction' | 'enforce'

export interface References {
  /** Throws `record/unknown-reference` when the policy says so; else gives what is missing, for a warning. */
  check(resources: readonly Row[], view: View | undefined): Promise<string[]>
  /** The same for a transaction, which has deleted what it deletes; `coming` are the `Type/id` that it stores or has found. */
  inTransaction(coming: ReadonlySet<string>): Referred
}

interface Referred {
  /** A resource that stands at `place`, by which it is named. */
  add(place: string, resource: Row): void
  check(tx: Queries, view: View | undefined): Promise<void>
}

export function openReferences(db: Database, policy: ReferencePolicy): References {
  return {
    async check(resources, view) {
      if (policy === 'off' || policy === 'transaction') return []
      const leading = new Leading(new Set())
      for (const one of resources) leading.add(one.table.type, one)
      const missing = await leading.nowhere(db, view)
      if (policy === 'enforce') refuse(missing)
      return missing
    },
    inTransaction(coming) {
      if (policy === 'off' || policy === 'warn') return { add() {}, async check() {} }
      const leading = new Leading(coming)
      return {
        add: (place, resource) => leading.add(place, resource),
        check: async (tx, view) => refuse(await leading.nowhere(tx, view)),
      }
    },
  }
}

function refuse(missing: readonly string[]): void {
  if (missing.length === 0) return
  const problems = missing.map((parameter) => ({
    code: 'not-found',
    expression: parameter,
    says: 'This refers to a resource that does not exist here.',
  }))
  throw recordFaults['unknown-reference'](undefined, problems)
}

/** As many references to one resource are told of as a refusal tells of problems. */
const MOST_TOLD = 50

/** References that lead to something else than `coming`: whether it is there has to be asked. */
class Leading {
  readonly #coming: ReadonlySet<string>
  /** By type, then by id. */
  readonly #asked = new Map<string, Map<string, Referrer[]>>()

  constructor(coming: ReadonlySet<string>) {
    this.#coming = coming
  }

  add(place: string, { references }: Row): void {
    for (const { parameter, type, id } of references) {
      if (this.#coming.has(`${type}/${id}`)) continue
      const ofType = this.#asked.get(type) ?? new Map<string, Referrer[]>()
      this.#asked.set(type, ofType)
      const referrers = ofType.get(id) ?? []
      ofType.set(id, referrers)
      const last = referrers.at(-1)
      // One reference is in several parameters, such as patient and subject.
      if (last?.place === place) last.parameter = parameter
      else if (referrers.length < MOST_TOLD) referrers.push({ place, parameter })
    }
  }

  /** `Type.parameter` of each reference that leads nowhere, or the same after its resource's place. */
  async nowhere(db: Queries, view: View | undefined): Promise<string[]> {
    const missing = await Promise.all(
      [...this.#asked].map(async ([target, ids]) => {
        // What is out of reach is missing like what isn't there. Of types that are out of reach altogether nothing is told.
        if (view?.may(target, 'read') === false) return []
        const there = existing(target, [...ids.keys()], view?.condition(target, 'read'))
        for (const { id } of await db.quick(there)) ids.delete(id)
        return [...ids.values()].flat()
      }),
    )
    return [...new Set(missing.flat().map(({ place, parameter }) => `${place}.${parameter}`))]
  }
}

interface Referrer {
  readonly place: string
  parameter: string
}

/** Listens to the index for references only. */
export class ReferenceReader implements IndexWriter {
  readonly #tell: (parameter: string, type: string, id: string) => void

  constructor(tell: (parameter: string, type: string, id: string) => void) {
    this.#tell = tell
  }

  reference(code: string, type: string | undefined, id: string | undefined, url: string): void {
    if (type !== undefined && id !== undefined && !url.includes(':')) this.#tell(code, type, id)
  }

  token(): void {}
  identifier(): void {}
  string(): void {}
  uri(): void {}
  date(): void {}
  number(): void {}
}
