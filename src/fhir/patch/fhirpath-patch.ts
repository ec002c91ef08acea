/** FHIRPath Patch. https://hl7.org/fhir/R4/fhirpatch.html */
import { fhirFaults } from '../faults.ts'
import { jsonNames } from '../structure/structure.ts'
import { parseExactly } from '../text/lossless.ts'
import { elementOf, type Json, type Place, type Refuse, View } from './fhirpath-place.ts'
import { direct, given, givesValue, MEMBER, partsOf, put, remove, splice } from './fhirpath-value.ts'

interface Operation {
  readonly type: 'add' | 'insert' | 'delete' | 'replace' | 'move'
  readonly path: string
  readonly name: string
  /** The part that gives the value: what it is depends on where it goes. */
  readonly value: Json
  readonly index: number
  readonly source: number
  readonly destination: number
}

const MOST_OPERATIONS = 200
const LONGEST_PATH = 500
/**
 * What a path may call: enough to name any element. The rest of FHIRPath could keep the server busy without end, by
 * walking the whole resource for each of its elements, or by a costly regular expression.
 */
const FUNCTIONS = new Set(
  'where first last tail skip take single ofType as is not exists empty count extension hasValue startsWith endsWith contains lower upper toString children'.split(
    ' ',
  ),
)
const STRINGS = /'(?:[^'\\]|\\.)*'/gs

/** The change that a Parameters resource describes. Throws `fhir/bad-patch`; the change throws `fhir/patch-refused`. */
export function fhirpathPatch(parameters: unknown): (current: string) => string {
  const { resourceType, parameter } = (parameters ?? {}) as { resourceType?: unknown; parameter?: unknown }
  if (resourceType !== 'Parameters' || !Array.isArray(parameter) || parameter.length > MOST_OPERATIONS)
    throw fhirFaults['bad-patch']({
      why: `it must be a Parameters resource with at most ${MOST_OPERATIONS} operations`,
    })
  const operations = parameter.map(readOperation)
  return (current) => {
    const document = parseExactly(current) as Json
    for (const [index, operation] of operations.entries()) apply(document, operation, index)
    return JSON.stringify(document)
  }
}

/** Whether `path` keeps to FUNCTIONS and variables of its own. */
function isSimple(path: string): boolean {
  const bare = path.replace(STRINGS, "''")
  return !bare.includes('%') && [...bare.matchAll(/(\w+)\s*\(/g)].every(([, name = '']) => FUNCTIONS.has(name))
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  add: ['name', 'value'],
  insert: ['value', 'index'],
  delete: [],
  replace: ['value'],
  move: ['source', 'destination'],
}

function readOperation(parameter: unknown, index: number): Operation {
  const parts = new Map(partsOf(parameter).map((part) => [part.name, part]))
  const refuse = (why: string) => fhirFaults['bad-patch']({ why: `operation ${index} ${why}` })
  const part = (name: string) => parts.get(name) ?? {}
  const { value: type } = direct(part('type'))
  const { value: path } = direct(part('path'))
  const { value: name } = direct(part('name'))
  if (typeof type !== 'string' || !Object.hasOwn(NEEDED, type))
    throw refuse('needs a type: add, insert, delete, replace or move')
  if (typeof path !== 'string' || path.length > LONGEST_PATH)
    throw refuse(`needs a path of at most ${LONGEST_PATH} characters`)
  if (!isSimple(path)) throw refuse(`may only call ${[...FUNCTIONS].join(', ')} in its path`)
  const needed = NEEDED[type] as readonly string[]
  const whole = (of: string) => {
    const { value = needed.includes(of) ? undefined : 0 } = direct(part(of))
    if (!(Number.isInteger(value) && (value as number) >= 0)) throw refuse(`needs a whole number as ${of}`)
    return value as number
  }
  if (needed.includes('name') && !(typeof name === 'string' && MEMBER.test(name)))
    throw refuse('needs the name of an element')
  if (needed.includes('value') && !givesValue(part('value'))) throw refuse('needs a value')
  return {
    type: type as Operation['type'],
    path,
    name: String(name),
    value: part('value'),
    index: whole('index'),
    source: whole('source'),
    destination: whole('destination'),
  }
}

function apply(document: Json, operation: Operation, index: number): void {
  const refuse = (why: string) => fhirFaults['patch-refused']({ index, why })
  const view = new View(document, refuse)
  const { type, path } = operation
  if (type === 'add') add(view, operation, refuse)
  else if (type === 'insert' || type === 'move') rearrange(view, operation, refuse)
  else if (type === 'replace') replace(view.only(path), operation.value, refuse)
  else if (view.count(path) > 0) removeAt(view, view.only(path))
}

function add(view: View, { path, name, value }: Operation, refuse: Refuse): void {
  const { object, type } = view.part(path)
  const item = given(type, name, value, refuse)
  const element = elementOf(type, item.member)
  const members = element === undefined ? [item.member] : jsonNames(element).map((one) => one.name)
  if (!item.many && members.some((one) => Object.hasOwn(object, one)))
    throw refuse('adds an element that is there already')
  put(object, item)
}

function rearrange(view: View, { type, path, value, index, source, destination }: Operation, refuse: Refuse): void {
  const { part, member, at } = view.place(path)
  const list = part.object[member]
  if (!Array.isArray(list) || at !== undefined) throw refuse('needs a path to a list')
  if (type === 'insert') {
    if (index > list.length) throw refuse('inserts past the end of the list')
    splice(part.object, member, index, 0, given(part.type, member, value, refuse))
    return
  }
  if (source >= list.length || destination >= list.length) throw refuse('moves past the end of the list')
  splice(part.object, member, destination, 0, splice(part.object, member, source, 1))
}

/** A path to a list of one names that one: it stays a list. A choice may get a value of another type. */
function replace({ part, member, at }: Place, value: Json, refuse: Refuse): void {
  const { object, type } = part
  const element = elementOf(type, member)
  const item = given(type, element?.choice ? element.n : member, value, refuse, member)
  if (Array.isArray(object[member])) {
    splice(object, member, at ?? 0, 1, item)
    return
  }
  remove(object, member)
  put(object, item)
}

/** What has nothing left in it may not stay either. */
function removeAt(view: View, { part, member, at }: Place): void {
  if (at === undefined) remove(part.object, member)
  else splice(part.object, member, at, 1)
  if (part.way.length > 0 && Object.keys(part.object).length === 0) removeAt(view, view.placeAt(part.way))
}
