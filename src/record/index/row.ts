/** One resource as a row of its table: the text, and by what it can be found. */
import { extract, foldString, type IndexWriter } from '#fhir'
import { keys } from './hash.ts'
import { type RangeColumns, type Table, tableOf } from './table.ts'

/** Longer strings are found by their first characters; a B-tree entry must stay under a third of a page. */
const LONGEST_STRING = 200

export class Row implements IndexWriter {
  readonly table: Table
  readonly tokens = new Set<string>()
  readonly present = new Set<number>()
  readonly ranges = new Map<RangeColumns, number[]>()
  readonly strings: { readonly code: string; readonly value: string }[] = []
  /** To resources of this server, once for each parameter that finds them. */
  readonly references: { readonly parameter: string; readonly type: string; readonly id: string }[] = []
  /** Most rows are found by no string. */
  #known: Set<string> | undefined
  patient: string | null = null
  code: string | null = null
  moreCodes = false

  constructor(type: string, resource: unknown) {
    this.table = tableOf(type)
    extract(type, resource, this)
  }

  /** Whose data it is, as `Patient/1`, when it is stored as `id`; the same as `patientsOf` says of what is stored. */
  patients(id: string): string[] {
    if (this.table.type === 'Patient') return [`Patient/${id}`]
    if (this.patient !== null) return [`Patient/${this.patient}`]
    const { compartment } = this.table
    const named = this.references.filter(({ parameter, type }) => type === 'Patient' && compartment.has(parameter))
    return [...new Set(named.map((one) => `Patient/${one.id}`))]
  }

  token(code: string, system: string | undefined, value: string | undefined): void {
    this.present.add(keys.present(code))
    if (value === undefined) {
      if (system !== undefined) this.tokens.add(keys.system(code, system))
      return
    }
    const known = keys.coding(code, system, value)
    const bare = known.value
    this.tokens.add(known.token).add(bare)
    if (known.system !== undefined) this.tokens.add(known.system)
    if (code === this.table.code && this.code !== bare) {
      if (this.code === null) this.code = bare
      else this.moreCodes = true
    }
  }

  reference(code: string, type: string | undefined, id: string | undefined, url: string): void {
    this.present.add(keys.present(code))
    if (type === undefined || id === undefined || url.includes(':')) {
      this.tokens.add(keys.url(code, url))
      const version = url.lastIndexOf('|')
      if (version > 0) this.tokens.add(keys.url(code, url.slice(0, version)))
      return
    }
    this.references.push({ parameter: code, type, id })
    if (type === 'Patient' && this.table.patient.has(code)) this.patient = id
    else this.tokens.add(keys.reference(code, type, id))
  }

  identifier(code: string, system: string | undefined, value: string | undefined): void {
    if (value === undefined) return
    this.present.add(keys.present(code))
    this.tokens.add(keys.identifier(code, system ?? '', value)).add(keys.anyIdentifier(code, value))
  }

  string(code: string, value: string): void {
    this.present.add(keys.present(code))
    this.tokens.add(keys.exact(code, value))
    const folded = foldString(value).slice(0, LONGEST_STRING)
    this.#known ??= new Set()
    const before = this.#known.size
    if (this.#known.add(`${code} ${folded}`).size > before) this.strings.push({ code, value: folded })
  }

  uri(code: string, value: string): void {
    this.present.add(keys.present(code))
    this.tokens.add(keys.url(code, value))
  }

  date(code: string, low: number, high: number): void {
    this.#range(code, low, high)
  }

  number(code: string, low: number, high: number): void {
    this.#range(code, low, high)
  }

  #range(code: string, low: number, high: number): void {
    const columns = this.table.ranges.get(code)
    if (columns === undefined) return
    const pairs = this.ranges.get(columns)
    if (pairs === undefined) this.ranges.set(columns, [low, high])
    else pairs.push(low, high)
  }
}
