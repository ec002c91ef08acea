/**
 * How far an access reaches: the rules of its roles, and of those only what its scopes grant as well. Pure.
 */
import { patientParameters } from '#fhir'
import { type Access, granting, type Permission, type SmartScope } from '#identity/entry'
import { type Interaction, LABELS, type Label, type Policy, type PolicyRole } from './policy.ts'
import { type SearchKeys, searchKeys } from './search-keys.ts'

/**
 * One way by which resources of a type are within reach: all that is said here must hold of one.
 */
export interface Way {
  /** `care`: of a patient whom the person cares for; else of one of these patients. */
  readonly patients: 'any' | 'care' | readonly string[]
  /** Of this patient besides: the one that was launched with. */
  readonly launched: string | undefined
  /** It has any key of each. */
  readonly keys: SearchKeys
  /** Neither it nor its patient is labelled with one of these. */
  readonly denied: readonly Label[]
  /** Elements that are left out. */
  readonly hides: readonly string[]
}

/** Any way will do; none: nothing is within reach. */
export type Reach = readonly Way[]

/** An emergency in which a chart was opened. */
export interface Grant {
  readonly patient: string
  readonly reason: string
}

/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
const PERMISSION: Readonly<Record<Interaction, Permission>> = {
  read: 'r',
  vread: 'r',
  history: 'r',
  search: 's',
  create: 'c',
  update: 'u',
  patch: 'u',
  delete: 'd',
}

/** The roles by which `access` is judged. A program that acts for nobody has none of a person's. */
const rolesOf = ({ subject, roles }: Access): readonly PolicyRole[] =>
  roles.length === 0 && (subject.kind === 'client' || subject.kind === 'api-key') ? ['service'] : roles

/** Whether everything is open: only to who holds the token of the machine. */
export const isUnrestricted = ({ subject, scopes }: Access): boolean =>
  subject.kind === 'admin-token' && scopes === 'all'

/** `grants`: the patients whose charts the person has opened in an emergency. */
function reachOf(
  policy: Policy,
  access: Access,
  type: string,
  interaction: Interaction,
  grants: readonly Grant[],
): Reach {
  const ways = rolesOf(access).flatMap((role) => waysOf(policy, access, role, type, interaction, grants))
  const narrowed = ways.flatMap((way) => throughScopes(way, access, type, interaction))
  return [...new Map(narrowed.map((way) => [JSON.stringify(way), way])).values()]
}

function waysOf(
  policy: Policy,
  { fhirUser }: Access,
  role: PolicyRole,
  type: string,
  interaction: Interaction,
  grants: readonly Grant[],
): Way[] {
  const { rules = [], labels = [], breakGlass } = policy.get(role) ?? {}
  return rules.flatMap((rule): Way[] => {
    if (!rule.types.has(type) || !rule.may.has(interaction)) return []
    const keys = rule.search === undefined ? [] : searchKeys(type, rule.search)
    if (keys === undefined) return []
    const rest = { launched: undefined, keys, hides: rule.hides }
    const denied = except(labels)
    if (rule.whose === 'any') return [{ ...rest, patients: 'any', denied }]
    if (rule.whose === 'own') {
      const own = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(fhirUser ?? '')?.[1]
      return own === undefined ? [] : [{ ...rest, patients: [own], denied }]
    }
    const opens = breakGlass !== undefined && !(MAKES_CARE.has(type) && CHANGES.has(interaction))
    const opened = opens ? grants.map(({ patient }) => patient) : []
    return [
      { ...rest, patients: 'care', denied },
      ...(opened.length > 0 ? [{ ...rest, patients: opened, denied: except(breakGlass?.labels ?? []) }] : []),
    ]
  })
}

/**
 * By these it is told who cares for whom (migrations/record/0006_care.sql): who has opened a chart in an emergency must not
 * make themselves one who cares for good.
 */
const MAKES_CARE: ReadonlySet<string> = new Set([
  'Patient',
  'CareTeam',
  'Encounter',
  'EpisodeOfCare',
  'Appointment',
  'PractitionerRole',
  'Location',
])
const CHANGES: ReadonlySet<Interaction> = new Set(['create', 'update', 'patch', 'delete'])

const except = (labels: readonly Label[]): readonly Label[] => LABELS.filter((one) => !labels.includes(one))

function throughScopes(way: Way, access: Access, type: string, interaction: Interaction): Way[] {
  const { scopes, patient, subject } = access
  if (scopes === 'all') return [way]
  return granting(scopes, PERMISSION[interaction], type).flatMap((scope) => {
    const isForNobody = scope.context === 'system'
    if (isForNobody && subject.kind === 'person') return []
    if (scope.context === 'patient' && patient === undefined) return []
    const keys = keysOf(scope, type)
    if (keys === undefined) return []
    const belongs = type === 'Patient' || patientParameters(type).length > 0
    const launched = scope.context === 'patient' && belongs ? patient : undefined
    return [{ ...way, launched, keys: [...way.keys, ...keys] }]
  })
}

const keysOf = ({ query }: SmartScope, type: string): SearchKeys | undefined =>
  query === undefined ? [] : searchKeys(type, query)

/** Whether nothing of the type is out of reach, and nothing of it hidden. */
export const isAll = (reach: Reach): boolean =>
  reach.some(
    ({ patients, launched, keys, denied, hides }) =>
      patients === 'any' && launched === undefined && keys.length === 0 && denied.length === 0 && hides.length === 0,
  )

/** Whether those of all patients are within reach: for what is kept where no row says whose it is. */
export const mayAll = (policy: Policy, access: Access, type: string, interaction: Interaction): boolean =>
  isUnrestricted(access) ||
  reachOf(policy, access, type, interaction, []).some(
    ({ patients, launched, keys }) => patients === 'any' && launched === undefined && keys.length === 0,
  )

/** The reaches of one access; made as they are asked for. */
export function openReaches(policy: Policy, access: Access, grants: readonly Grant[]) {
  const made = new Map<string, Reach>()
  return (type: string, interaction: Interaction): Reach => {
    const name = `${type} ${interaction}`
    let reach = made.get(name)
    if (reach === undefined) {
      reach = reachOf(policy, access, type, interaction, grants)
      made.set(name, reach)
    }
    return reach
  }
}

/** Whether any of the roles may open a chart in an emergency, and how. The longest time and the most labels count. */
export function breakGlassOf(
  policy: Policy,
  access: Access,
): { readonly minutes: number; readonly role: string } | undefined {
  if (access.subject.kind !== 'person') return undefined
  let best: { minutes: number; role: string } | undefined
  for (const role of access.roles) {
    const minutes = policy.get(role)?.breakGlass?.minutes
    if (minutes !== undefined && minutes > (best?.minutes ?? 0)) best = { minutes, role }
  }
  return best
}

/** Whether any rule of the access' roles depends on who is cared for: then grants matter. */
export const dependsOnCare = (policy: Policy, access: Access): boolean =>
  rolesOf(access).some((role) => policy.get(role)?.rules.some(({ whose }) => whose === 'care'))
