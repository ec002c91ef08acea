/**
 * What somebody may see and change: the one place through which every way of asking goes.
 *
 * As a condition on rows for whatever the database finds, and in memory for what is no row: versions of the past and what is
 * about to be stored. Both are made of the same ways (reach.ts); tests/access holds them together.
 */
import type { Caller } from '#audit'
import { hiddenMembers, type SearchParameter, without } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import type { Sql } from '#foundation/sql.ts'
import type { Access } from '#identity/entry'
import { recordFaults } from '../faults.ts'
import { keys } from '../index/hash.ts'
import { Row } from '../index/row.ts'
import { anyWay, eachOf, inCare, ofOneOf, standingOf, withoutLabels } from '../statements/access.ts'
import { keysByIndex, keysByRow } from '../statements/conditions.ts'
import type { Interaction, Label, Policy } from './policy.ts'
import { type Grant, isAll, openReaches, type Reach, type Way } from './reach.ts'

/** A resource as it would be judged: stored under `id`, found by what `row` says. */
export interface Judged {
  readonly type: string
  readonly id: string
  readonly row: Row
}

interface Standing {
  readonly cared: boolean
  readonly labels: readonly string[]
}

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

/** The keys of a label, with its code system and without any. */
const labelKeys = (labels: readonly Label[]): string[] =>
  labels.flatMap((label) => [
    keys.coding('_security', CONFIDENTIALITY, label).token,
    keys.coding('_security', undefined, label).token,
  ])

const LOOKING: ReadonlySet<Interaction> = new Set(['read', 'vread', 'history', 'search'])

const patientsOfRow = ({ id, row }: Judged): string[] => row.patients(id).map((one) => one.slice('Patient/'.length))

export class View {
  readonly access: Access
  readonly #actors: readonly string[]
  readonly #grants: readonly Grant[]
  readonly #reach: (type: string, interaction: Interaction) => Reach
  readonly #conditions = new Map<string, Sql | undefined>()

  /** @param actors as whom the person cares: themselves, their roles and wards */
  constructor(policy: Policy, access: Access, actors: readonly string[], grants: readonly Grant[]) {
    this.access = access
    this.#actors = actors
    this.#grants = grants
    this.#reach = openReaches(policy, access, grants)
  }

  may(type: string, interaction: Interaction): boolean {
    return this.#reach(type, interaction).length > 0
  }

  /** Throws `record/not-permitted` when nothing of the type is within reach, whatever is there. */
  require(type: string, interaction: Interaction): void {
    if (!this.may(type, interaction)) throw recordFaults['not-permitted']()
  }

  seesAll(type: string, interaction: Interaction): boolean {
    return isAll(this.#reach(type, interaction))
  }

  /** What rows `r` of the type are within reach; undefined: all. `chart`: the one patient whose rows are asked for. */
  condition(type: string, interaction: Interaction, chart?: Sql): Sql | undefined {
    if (chart !== undefined) return this.#make(type, interaction, chart)
    const name = `${type} ${interaction}`
    if (!this.#conditions.has(name)) this.#conditions.set(name, this.#make(type, interaction, undefined))
    return this.#conditions.get(name)
  }

  #make(type: string, interaction: Interaction, chart: Sql | undefined): Sql | undefined {
    const reach = this.#reach(type, interaction)
    const unhidden = reach.map((way): Way => ({ ...way, hides: [] }))
    if (isAll(unhidden)) return undefined
    const ways = new Map(unhidden.map((way) => [JSON.stringify(way), way]))
    return anyWay([...ways.values()].map((way) => this.#wayCondition(type, way, chart)))
  }

  #wayCondition(type: string, { patients, launched, keys: wanted, denied }: Way, chart: Sql | undefined): Sql {
    const anyKey = chart === undefined ? keysByIndex : keysByRow
    return eachOf([
      ...(patients === 'any' ? [] : patients === 'care' ? [inCare(type, this.#actors, chart)] : []),
      ...(typeof patients === 'string' ? [] : [ofOneOf(type, patients, chart)]),
      ...(launched === undefined ? [] : [ofOneOf(type, [launched], chart)]),
      ...wanted.map(anyKey),
      ...(denied.length === 0 ? [] : [withoutLabels(type, denied, labelKeys(denied), chart)]),
    ])
  }

  /**
   * Whether each of `judged` is within reach. `registering`: patients that are being registered together with them, by whom
   * may do so: they are in nobody's care yet.
   */
  async judge(
    queries: Pick<Queries, 'quick'>,
    interaction: Interaction,
    judged: readonly Judged[],
    registering: ReadonlySet<string> = new Set(),
  ): Promise<boolean[]> {
    const standings = await this.#standings(queries, interaction, judged)
    return judged.map((one) => this.#waysOf(interaction, one, standings, registering).length > 0)
  }

  #waysOf(
    interaction: Interaction,
    judged: Judged,
    standings: ReadonlyMap<string, Standing>,
    registering: ReadonlySet<string>,
  ): Way[] {
    const patients = patientsOfRow(judged)
    const { tokens } = judged.row
    // One patient is enough to look. To change what names several takes all: a second one, whom an appointment names as well,
    // would else come into somebody's care by it.
    const whom = LOOKING.has(interaction)
      ? (holds: (patient: string) => boolean) => patients.some(holds)
      : (holds: (patient: string) => boolean) => patients.length > 0 && patients.every(holds)
    return this.#reach(judged.type, interaction).filter(({ patients: whose, launched, keys: wanted, denied }) => {
      if (whose === 'care' && !whom((one) => standings.get(one)?.cared === true || registering.has(one))) return false
      if (typeof whose !== 'string' && !whom((one) => whose.includes(one))) return false
      if (launched !== undefined && !whom((one) => one === launched)) return false
      if (!wanted.every((any) => any.some((key) => tokens.has(key)))) return false
      if (labelKeys(denied).some((key) => tokens.has(key))) return false
      return !patients.some((one) => standings.get(one)?.labels.some((label) => denied.includes(label as Label)))
    })
  }

  /** What is known of the patients of `judged`; nothing is asked when nothing depends on it. */
  async #standings(
    queries: Pick<Queries, 'quick'>,
    interaction: Interaction,
    judged: readonly Judged[],
  ): Promise<ReadonlyMap<string, Standing>> {
    const patients = new Set<string>()
    for (const one of judged)
      if (
        this.#reach(one.type, interaction).some(({ patients: whose, denied }) => whose === 'care' || denied.length > 0)
      )
        for (const patient of patientsOfRow(one)) patients.add(patient)
    if (patients.size === 0) return new Map()
    const rows = await queries.quick(standingOf([...patients], this.#actors))
    return new Map(
      rows.map(({ patient, cared, labels }) => [patient, { cared, labels: labels === '' ? [] : labels.split(',') }]),
    )
  }

  /** The texts of what is within reach, without what is hidden of each. */
  async shown(
    queries: Pick<Queries, 'quick'>,
    interaction: Interaction,
    resources: readonly { readonly type: string; readonly id: string; readonly body: string }[],
  ): Promise<string[]> {
    const mixed = resources.filter(({ type }) => this.#hides(type, interaction) === 'depends')
    if (mixed.length === 0)
      return resources.map(({ type, body }) =>
        leavingOut(type, body, this.#hides(type, interaction) as readonly string[]),
      )
    const judged = resources.map(({ type, id, body }) => ({ type, id, row: new Row(type, JSON.parse(body)) }))
    const standings = await this.#standings(queries, interaction, judged)
    return resources.map(({ type, body }, index) => {
      const ways = this.#waysOf(interaction, judged[index] as Judged, standings, new Set())
      const [least] = ways.toSorted((a, b) => a.hides.length - b.hides.length)
      return leavingOut(type, body, least?.hides ?? this.#everHidden(type, interaction))
    })
  }

  /** Whether what is shown of a resource, or how it is told of, depends on which one it is. */
  dependsOnRow(type: string, interaction: Interaction): boolean {
    return this.#grants.length > 0 || this.#hides(type, interaction) === 'depends'
  }

  /** What is hidden of each resource of the type; `depends`: of some more than of others. */
  #hides(type: string, interaction: Interaction): readonly string[] | 'depends' {
    const [first, ...others] = this.#reach(type, interaction)
    if (first === undefined) return []
    const same = others.every(({ hides }) => hides.join() === first.hides.join())
    return same ? first.hides : 'depends'
  }

  #everHidden(type: string, interaction: Interaction): string[] {
    return [...new Set(this.#reach(type, interaction).flatMap(({ hides }) => hides))]
  }

  /** Whether something is hidden of resources of the type, or may be. */
  hidesSome(type: string, interaction: Interaction): boolean {
    return this.#reach(type, interaction).some(({ hides }) => hides.length > 0)
  }

  /** Whether a search may ask by `parameter`: what is hidden must not be found out by asking for it. */
  mayAskBy(type: string, parameter: SearchParameter): boolean {
    const hidden = [...this.#everHidden(type, 'search'), ...this.#everHidden(type, 'read')]
    if (hidden.length === 0) return true
    const members = hiddenMembers(type, hidden)
    return !parameter.paths.some(({ steps }) => steps[0]?.names.some(({ name }) => members.has(name)))
  }

  /** `caller` as whoever is told of `patients`: in an emergency when one of their charts was opened in one. */
  as<C extends Caller>(caller: C, patients: readonly string[]): C {
    const grant = this.#grants.find(({ patient }) => patients.includes(`Patient/${patient}`))
    if (grant === undefined) return caller
    return Object.create(caller, {
      breakGlass: { value: true },
      purpose: { value: 'BTG' },
      reason: { value: grant.reason },
      gone: { get: () => caller.gone },
    }) as C
  }
}

const leavingOut = (type: string, body: string, hides: readonly string[]): string =>
  hides.length === 0 ? body : without(type, body, hides)
