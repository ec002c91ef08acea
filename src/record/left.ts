import type { Deed } from '#audit'
import { patientsOf } from './patients.ts'

interface Gone {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly body: string | null
  readonly patient?: string | null
}

/** What an answer of several resources lets out: which versions, and whose data they are. */
export class Left {
  readonly #type: string | undefined
  readonly #resources: string[] = []
  readonly #patients = new Set<string>()

  /** @param type what was asked for, which is told when nothing is there */
  constructor(type: string | undefined) {
    this.#type = type
  }

  add({ type, id, version, body, patient }: Gone): void {
    this.#resources.push(reference(type, id, version))
    for (const one of patientsOf(type, id, patient, body)) this.#patients.add(one)
  }

  /** Somebody whose data it is although nothing of it is there. */
  addPatient(reference: string): void {
    this.#patients.add(reference)
  }

  about(): Pick<Deed, 'resources' | 'patients'> {
    const none = this.#type === undefined ? [] : [this.#type]
    return { resources: this.#resources.length > 0 ? this.#resources : none, patients: [...this.#patients] }
  }
}

export const reference = (type: string, id: string, version: number): string => `${type}/${id}/_history/${version}`
