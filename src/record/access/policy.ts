/**
 * What each role may do, as data. A hospital replaces hospital-policy.json by a file of its own; docs/policy.md has the form.
 *
 * Whatever no rule permits is refused. Mistakes are told all at once, when the hospital starts.
 */
import { elementsOfType, isResourceType, patientParameters, RESOURCE_TYPES } from '#fhir'
import { Fault, type Problem } from '#foundation/fault.ts'
import { ROLES, type Role } from '#identity/entry'
import { searchKeys } from './search-keys.ts'

const INTERACTIONS = ['read', 'vread', 'history', 'search', 'create', 'update', 'patch', 'delete'] as const
export type Interaction = (typeof INTERACTIONS)[number]

/** Confidentiality that needs an explicit right: https://terminology.hl7.org/CodeSystem-v3-Confidentiality.html */
export const LABELS = ['R', 'V'] as const
export type Label = (typeof LABELS)[number]

/**
 * Whose: `any`: everybody's; `care`: of patients whom the person cares for; `own`: of the patient that the person is.
 */
const WHOSE = ['any', 'care', 'own'] as const
type Whose = (typeof WHOSE)[number]

interface Rule {
  readonly types: ReadonlySet<string>
  readonly may: ReadonlySet<Interaction>
  readonly whose: Whose
  /** A FHIR search, as in `category=laboratory`: only what it would find. */
  readonly search?: string
  /** Elements that are left out of what is shown. */
  readonly hides: readonly string[]
}

interface RolePolicy {
  /** Labels that the role may see past. */
  readonly labels: readonly Label[]
  readonly rules: readonly Rule[]
  /** Whether the role may open a chart in an emergency: for how long, and past which labels. */
  readonly breakGlass?: { readonly minutes: number; readonly labels: readonly Label[] }
}

/** `service`: programs that act for themselves; only what their scopes grant. */
export const POLICY_ROLES = [...ROLES, 'service'] as const
export type PolicyRole = Role | 'service'
export type Policy = ReadonlyMap<PolicyRole, RolePolicy>

const SHORT: Readonly<Record<string, readonly Interaction[]>> = {
  look: ['read', 'vread', 'history', 'search'],
  write: ['create', 'update', 'patch'],
  ...Object.fromEntries(INTERACTIONS.map((one) => [one, [one]])),
}
const MOST_MINUTES = 24 * 60

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

/** Reads a policy. Throws `record/policy-mistakes` with all of them; nothing of what it holds is repeated but names. */
export function readPolicy(given: unknown, name: string): Policy {
  const problems: Problem[] = []
  const reader = new Reader((at, says) => void problems.push({ code: 'invalid', expression: at, says }))
  const policy = reader.policy(given)
  if (problems.length > 0)
    throw new Fault(
      'invalid',
      'record/policy-mistakes',
      `${problems.length === 1 ? 'There is a mistake' : `There are ${problems.length} mistakes`} in the policy ${name}.`,
      'Mend what is listed; docs/policy.md has the form. Nobody is let in by half of a policy.',
      problems,
    )
  return policy
}

class Reader {
  readonly #mistake: (at: string, says: string) => void
  #groups: ReadonlyMap<string, readonly string[]> = new Map()

  constructor(mistake: (at: string, says: string) => void) {
    this.#mistake = mistake
  }

  policy(given: unknown): Policy {
    const policy = new Map<PolicyRole, RolePolicy>()
    if (!this.#isObject(given, 'policy', ['groups', 'roles'])) return policy
    this.#groups = this.#readGroups(given.groups ?? {})
    const { roles } = given
    if (!this.#isObject(roles, 'roles', POLICY_ROLES)) return policy
    for (const role of POLICY_ROLES) {
      if (roles[role] === undefined)
        this.#mistake(`roles.${role}`, 'The role is missing; with no rules it may do nothing.')
      else policy.set(role, this.#role(roles[role], `roles.${role}`))
    }
    return policy
  }

  #readGroups(given: unknown): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, readonly string[]>()
    if (!isObject(given)) this.#mistake('groups', 'It must be an object of lists of resource types.')
    else
      for (const [name, types] of Object.entries(given)) {
        if (isResourceType(name) || name === '*') this.#mistake(`groups.${name}`, 'A group needs a name of its own.')
        else groups.set(name, this.#types(types, `groups.${name}`, new Map()))
      }
    return groups
  }

  #types(given: unknown, at: string, groups: ReadonlyMap<string, readonly string[]>): string[] {
    if (!isTexts(given) || given.length === 0) {
      this.#mistake(at, 'It must be a list of resource types or groups.')
      return []
    }
    return given.flatMap((one) => {
      if (one === '*') return [...RESOURCE_TYPES]
      if (isResourceType(one)) return [one]
      const group = groups.get(one)
      if (group === undefined) this.#mistake(at, `${one} is neither a resource type nor a group.`)
      return group ?? []
    })
  }

  #role(given: unknown, at: string): RolePolicy {
    if (!this.#isObject(given, at, ['labels', 'breakGlass', 'rules'])) return { labels: [], rules: [] }
    const rules = Array.isArray(given.rules) ? given.rules : []
    if (!Array.isArray(given.rules)) this.#mistake(`${at}.rules`, 'It must be a list.')
    const breakGlass = this.#breakGlass(given.breakGlass, `${at}.breakGlass`)
    return {
      labels: this.#labels(given.labels, `${at}.labels`),
      rules: rules.flatMap((rule, index) => this.#rule(rule, `${at}.rules[${index}]`) ?? []),
      ...(breakGlass !== undefined && { breakGlass }),
    }
  }

  #labels(given: unknown, at: string): Label[] {
    if (given === undefined) return []
    if (isTexts(given) && given.every((one) => LABELS.includes(one as Label))) return given as Label[]
    this.#mistake(at, 'It must be a list of R and V.')
    return []
  }

  #breakGlass(given: unknown, at: string): RolePolicy['breakGlass'] {
    if (given === undefined || !this.#isObject(given, at, ['minutes', 'labels'])) return undefined
    const minutes = given.minutes as number
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > MOST_MINUTES)
      this.#mistake(`${at}.minutes`, `It must be a whole number from 1 to ${MOST_MINUTES}.`)
    return { minutes, labels: this.#labels(given.labels, `${at}.labels`) }
  }

  #rule(given: unknown, at: string): Rule | undefined {
    if (!this.#isObject(given, at, ['types', 'may', 'whose', 'search', 'hides'])) return undefined
    const types = this.#types(given.types, `${at}.types`, this.#groups)
    const may = isTexts(given.may) ? given.may : []
    if (may.length === 0) this.#mistake(`${at}.may`, 'It must be a list of interactions.')
    for (const one of may)
      if (!Object.hasOwn(SHORT, one)) this.#mistake(`${at}.may`, `${one} is none of ${Object.keys(SHORT).join(', ')}.`)
    const interactions = new Set(may.flatMap((one) => SHORT[one] ?? []))
    const whose = given.whose as Whose
    if (!WHOSE.includes(whose)) this.#mistake(`${at}.whose`, `It must be one of ${WHOSE.join(', ')}.`)
    else if (whose !== 'any') this.#refuseNobodys(types, whose, at)
    const { search } = given
    if (search !== undefined) this.#search(search, types, `${at}.search`)
    const hides = this.#hides(given.hides, types, interactions, `${at}.hides`)
    return {
      types: new Set(types),
      may: interactions,
      whose,
      hides,
      ...(typeof search === 'string' && { search }),
    }
  }

  #refuseNobodys(types: readonly string[], whose: Whose, at: string): void {
    for (const type of types)
      if (patientParameters(type).length === 0 && type !== 'Patient')
        this.#mistake(`${at}.types`, `${type} belongs to no patient, so that nobody's is "${whose}".`)
  }

  #search(search: unknown, types: readonly string[], at: string): void {
    if (typeof search !== 'string') this.#mistake(at, 'It must be a FHIR search, as in category=laboratory.')
    else
      for (const type of types)
        if (searchKeys(type, search) === undefined)
          this.#mistake(at, `${type} can't be told apart by it: only tokens without modifiers can be asked for.`)
  }

  #hides(given: unknown, types: readonly string[], may: ReadonlySet<Interaction>, at: string): readonly string[] {
    if (given === undefined) return []
    if (!isTexts(given)) {
      this.#mistake(at, 'It must be a list of elements.')
      return []
    }
    for (const type of types) {
      const elements = elementsOfType(type)
      for (const one of given) {
        if (!elements.has(one) || ALWAYS.has(one))
          this.#mistake(at, `${type} has no element ${one} that could be hidden.`)
        else if (elements.get(one) === 'mandatory') this.#mistake(at, `${type} is none without ${one}.`)
      }
    }
    // Who saw a part only would write back a part only; and a patch could try out what is hidden.
    if (['create', 'update', 'patch', 'delete'].some((one) => may.has(one as Interaction)))
      this.#mistake(at, 'A rule that hides elements can only let look.')
    return given
  }

  #isObject(given: unknown, at: string, members: readonly string[]): given is Json {
    if (!isObject(given)) {
      this.#mistake(at, 'It must be an object.')
      return false
    }
    for (const name of Object.keys(given))
      if (!members.includes(name)) this.#mistake(at, `${name} is none of ${members.join(', ')}.`)
    return true
  }
}

const ALWAYS: ReadonlySet<string> = new Set(['id', 'meta'])
