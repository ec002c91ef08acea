/**
 * Whether a resource is what its definition says. https://hl7.org/fhir/R4/validation.html
 *
 * A type's definition is compiled into functions when the first resource of it comes; from then on nothing is looked up
 * in definitions. Messages say what would be right and never repeat what was sent: it may be patient data.
 */
import type { Problem } from '#foundation/fault.ts'
import type { ElementEntry } from '../structure/artefact.ts'
import { codesOf, elementsOf, isPrimitive, isResourceType, jsonNames } from '../structure/structure.ts'
import { PRIMITIVES } from './primitives.ts'
import { Report } from './report.ts'
import { bindingCheck, referenceCheck } from './values.ts'

type Json = Readonly<Record<string, unknown>>
type Check = (value: unknown, report: Report) => void

export interface Validation {
  /** At most MOST_PROBLEMS. */
  readonly problems: readonly Problem[]
  /** How many more there are. */
  readonly unlisted: number
  /** Members of all objects in the value: fewer than the text has when a name stands twice in an object. */
  readonly members: number
}

/** Validates `value` as a resource of `type`; `linked` as one of a transaction, whose links have been resolved. */
export function validateResource(type: string, value: unknown, linked = false): Validation {
  const report = new Report(type, linked)
  if (typeof value === 'object' && value !== null && (value as Json).resourceType !== type)
    report.add('structure', `must have the resourceType ${type}`)
  objectCheck(type)(value, report)
  return { problems: report.problems, unlisted: report.unlisted, members: report.members }
}

const compiled = new Map<string, Check>()

/** The check of a type or backbone element. Types refer to each other in circles: the check is there before its parts are. */
function objectCheck(path: string): Check {
  const known = compiled.get(path)
  if (known !== undefined) return known
  let check: Check | undefined
  const lazy: Check = (value, report) => {
    check ??= compileObject(path)
    check(value, report)
  }
  compiled.set(path, lazy)
  return lazy
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function compileObject(path: string): Check {
  const entries = elementsOf(path)
  const members = new Map<string, Check>()
  for (const entry of entries) {
    for (const { name, type, shadow } of jsonNames(entry)) {
      const one = valueCheck(entry, type)
      members.set(name, entry.many ? listOf(one, shadow) : single(one))
      if (!isPrimitive(type)) continue
      const extra = objectCheck('Element')
      members.set(shadow, entry.many ? listOf(extra, name) : single(extra))
    }
  }
  const required = entries
    .filter((entry) => entry.min !== undefined)
    .map((entry) => ({ name: entry.n, any: namesIn(entry) }))
  const choices = entries
    .filter((entry) => entry.choice !== undefined)
    .map((entry) => ({ name: entry.n, of: jsonNames(entry) }))
  const resource = isResourceType(path)

  return (value, report) => {
    if (!isObject(value)) return report.add('structure', `must be a JSON object`)
    let empty = true
    for (const name in value) {
      empty = false
      report.members++
      if (name === 'resourceType' && resource) continue
      const check = members.get(name)
      if (check === undefined) {
        report.within(name, () => report.addUnknown(path))
        report.count(value[name])
        continue
      }
      report.enter(name)
      report.holder = value
      check(value[name], report)
      report.leave()
    }
    if (empty) report.add('structure', 'must not be an empty object')
    for (const { name, any } of required) {
      if (!any.some((one) => value[one] !== undefined)) report.within(name, () => report.add('required', 'is required'))
    }
    for (const { name, of } of choices) {
      let given = 0
      for (const one of of) if (value[one.name] !== undefined || value[one.shadow] !== undefined) given++
      if (given > 1) report.within(name, () => report.add('structure', 'may have a value of one type only'))
    }
    if (path === 'Extension') checkExtension(value, report)
  }
}

/** The members by which an element is there: extensions alone will do for a primitive. */
const namesIn = (entry: ElementEntry): string[] =>
  jsonNames(entry).flatMap(({ name, type, shadow }) => (isPrimitive(type) ? [name, shadow] : [name]))

/** Either a value or extensions of its own (ext-1). */
function checkExtension(value: Json, report: Report): void {
  const hasValue = Object.keys(value).some((name) => /^_?value[A-Z]/.test(name))
  if (hasValue === 'extension' in value)
    report.add('invariant', 'must have either a value or extensions of its own, and not both')
}

const single = (one: Check): Check => {
  return (value, report) => {
    if (Array.isArray(value)) {
      report.add('structure', 'must be a single value, not an array')
      report.count(value)
    } else if (value === null) report.add('structure', 'must not be null')
    else one(value, report)
  }
}

/** A null stands for "nothing here" only beside a primitive's value or extensions at the same place of `pair`. */
const listOf = (one: Check, pair: string): Check => {
  return (value, report) => {
    if (!Array.isArray(value)) {
      report.add('structure', 'must be an array')
      return report.count(value)
    }
    if (value.length === 0) return report.add('structure', 'must not be an empty array')
    const { holder } = report
    value.forEach((item, index) => {
      report.enter(index)
      if (item !== null) one(item, report)
      else if (((holder[pair] as unknown[] | undefined)?.[index] ?? null) === null)
        report.add('structure', 'must not be null without a counterpart')
      report.leave()
    })
  }
}

function valueCheck(entry: ElementEntry, type: string): Check {
  if (type === 'Resource') return checkResource
  if (isPrimitive(type)) return primitiveCheck(type, entry)
  const structure = objectCheck(type)
  const more = [
    ...(type === 'Reference' ? [referenceCheck(entry.to)] : []),
    ...(entry.vs !== undefined ? bindingCheck(type, entry.vs) : []),
  ]
  if (more.length === 0) return structure
  return (value, report) => {
    structure(value, report)
    if (isObject(value)) for (const check of more) check(value, report)
  }
}

function primitiveCheck(type: string, { vs }: ElementEntry): Check {
  const form = PRIMITIVES[type]
  if (form === undefined) throw new Error(`no check for the primitive type ${type}`)
  const codes = vs === undefined ? undefined : codesOf(vs)
  return (value, report) => {
    const wanted = form(value)
    if (wanted !== undefined) {
      report.add('value', `must be ${wanted}`)
      report.count(value)
    } else if (codes !== undefined && !codes.has(value as string)) {
      report.add('code-invalid', 'must be one of the codes of its required value set')
    }
  }
}

/** A resource within a resource: contained, or in a Bundle or Parameters. */
const checkResource: Check = (value, report) => {
  const type = isObject(value) ? value.resourceType : undefined
  if (typeof type !== 'string' || !isResourceType(type)) {
    report.add('structure', 'must be a resource, with a resourceType of FHIR R4')
    return report.count(value)
  }
  if (report.inContained && 'contained' in (value as Json)) report.add('structure', 'must not contain resources itself')
  objectCheck(type)(value, report)
}
