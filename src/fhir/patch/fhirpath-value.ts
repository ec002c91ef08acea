/** What the parts of a FHIRPath Patch say is to be written. https://hl7.org/fhir/R4/fhirpatch.html */
import { elementsOf, jsonNames } from '../structure/structure.ts'
import { parseExactly } from '../text/lossless.ts'
import { elementOf, isObject, type Json, type Refuse, typeOf } from './fhirpath-place.ts'

/** An element as JSON writes it. */
export interface Given {
  readonly member: string
  /** Whether the member is a list, of which this is one item. */
  readonly many: boolean
  readonly value: unknown
  /** Id and extensions of a primitive: the `_` member. */
  readonly extra: unknown
}

/** As FHIR names elements; the names that JavaScript gives a meaning of its own are not among them. */
export const MEMBER = /^_?[a-z][A-Za-z0-9]*$/

export const partsOf = (of: unknown): Json[] => (isObject(of) && Array.isArray(of.part) ? of.part.filter(isObject) : [])

/** What a part gives directly, as `valueString` or `resource`; of a primitive perhaps only `_valueString`. */
export function direct(part: Json): Item & { readonly suffix: string } {
  const name = Object.keys(part)
    .find((one) => /^_?value[A-Z]/.test(one))
    ?.replace(/^_/, '')
  if (name === undefined) return { suffix: '', value: part.resource, extra: undefined }
  return { suffix: name.slice('value'.length), value: part[name], extra: part[`_${name}`] }
}

/** Whether a part gives anything. */
export function givesValue(part: Json): boolean {
  const { value, extra } = direct(part)
  return value !== undefined || extra !== undefined || partsOf(part).length > 0
}

/**
 * What `part` gives for the element `name` of an object of `type`; `there` is the member that it takes the place of.
 *
 * A choice is named without its type, which the value tells: `deceased` with a valueDateTime is deceasedDateTime. Types
 * that are no value[x], such as backbone elements, are given by parts, each named as an element of theirs.
 */
export function given(type: string, name: string, part: Json, refuse: Refuse, there?: string): Given {
  if (!MEMBER.test(name)) throw refuse('gives an element a name that none can have')
  const { suffix, value, extra } = direct(part)
  const element = elementsOf(type).find((entry) => entry.n === name) ?? elementOf(type, name)
  const members = element?.choice && element.n === name ? jsonNames(element).map((one) => one.name) : undefined
  const member = members === undefined ? name : suffix === '' ? there : `${name}${suffix}`
  if (member === undefined || members?.includes(member) === false)
    throw refuse('has a value of a type that the element may not have')
  const many = element?.many === 1
  const inner = partsOf(part)
  if (value !== undefined || extra !== undefined || inner.length === 0)
    return { member, many, value: fresh(value), extra: fresh(extra) }
  const built: Json = {}
  for (const one of inner) put(built, given(typeOf(type, member), String(one.name), one, refuse))
  return { member, many, value: built, extra: undefined }
}

/** The next operation may change what this one has put in, and the whole patch may be applied again. */
const fresh = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? parseExactly(JSON.stringify(value)) : value

/** Adds an element, to the end of its list where it is one of several. */
export function put(holder: Json, { member, many, value, extra }: Given): void {
  if (!many) {
    if (value !== undefined) holder[member] = value
    if (extra !== undefined) holder[`_${member}`] = extra
    return
  }
  const list = listIn(holder, member)
  list.push(value ?? null)
  if (extra === undefined && !Object.hasOwn(holder, `_${member}`)) return
  const extras = listIn(holder, `_${member}`)
  while (extras.length < list.length - 1) extras.push(null)
  extras.push(extra ?? null)
}

type Item = Pick<Given, 'value' | 'extra'>

/** Removes the item at `at`, if `remove` says so, and puts `item` there, if there is one; gives what it removed. */
export function splice(holder: Json, member: string, at: number, remove: 0 | 1, item?: Item): Item {
  const list = listIn(holder, member)
  const beside = listIn(holder, `_${member}`)
  while (beside.length < list.length) beside.push(null)
  const [value] = list.splice(at, remove, ...(item === undefined ? [] : [item.value ?? null]))
  const [extra] = beside.splice(at, remove, ...(item === undefined ? [] : [item.extra ?? null]))
  if (list.length === 0) delete holder[member]
  if (beside.every((one) => one === null)) delete holder[`_${member}`]
  return { value, extra }
}

/** A list that is about to be filled. */
function listIn(holder: Json, member: string): unknown[] {
  const held = holder[member]
  if (Array.isArray(held)) return held
  const list: unknown[] = []
  holder[member] = list
  return list
}

/** Takes an element away, with what a primitive has beside its value. */
export function remove(holder: Json, member: string): void {
  delete holder[member]
  delete holder[`_${member}`]
}
