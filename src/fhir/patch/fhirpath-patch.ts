/** FHIRPath Patch. https://hl7.org/fhir/R4/fhirpatch.html */
import { createRequire } from 'node:module'
import { fhirFaults } from '../faults.ts'
import { elementsOf, jsonNames } from '../structure/structure.ts'
import { parseExactly } from '../text/lossless.ts'

type Json = Record<string, unknown>
type Evaluate = (resource: unknown, path: string) => unknown[]

interface Operation {
  readonly type: 'add' | 'insert' | 'delete' | 'replace' | 'move'
  readonly path: string
  readonly name: string | undefined
  readonly value: unknown
  readonly index: number | undefined
  readonly source: number | undefined
  readonly destination: number | undefined
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
/** As FHIR names elements; the names that JavaScript gives a meaning of its own are not among them. */
const MEMBER = /^_?[a-z][A-Za-z0-9]*$/
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

/** `valueString` and the like; parts of parts become the members of a complex value. */
function valueIn(part: Json): unknown {
  const name = Object.keys(part).find((one) => /^value[A-Z]/.test(one))
  if (name !== undefined) return part[name]
  const value: Json = {}
  for (const inner of partsOf(part)) value[String(inner.name)] = valueIn(inner)
  return value
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const partsOf = (of: unknown): Json[] => (isObject(of) && Array.isArray(of.part) ? of.part.filter(isObject) : [])

/** Whether `path` keeps to FUNCTIONS and variables of its own. */
function isSimple(path: string): boolean {
  const bare = path.replace(STRINGS, "''")
  return !bare.includes('%') && [...bare.matchAll(/(\w+)\s*\(/g)].every(([, name = '']) => FUNCTIONS.has(name))
}

function readOperation(parameter: unknown, index: number): Operation {
  const parts = new Map(partsOf(parameter).map((part) => [part.name, valueIn(part)]))
  const refuse = (why: string) => fhirFaults['bad-patch']({ why: `operation ${index} ${why}` })
  const type = parts.get('type')
  const path = parts.get('path')
  const whole = (name: string) => {
    const value = parts.get(name)
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0))
      throw refuse(`needs a whole number as ${name}`)
    return value as number | undefined
  }
  if (typeof type !== 'string' || !['add', 'insert', 'delete', 'replace', 'move'].includes(type))
    throw refuse('needs a type: add, insert, delete, replace or move')
  if (typeof path !== 'string' || path.length > LONGEST_PATH)
    throw refuse(`needs a path of at most ${LONGEST_PATH} characters`)
  if (!isSimple(path)) throw refuse(`may only call ${[...FUNCTIONS].join(', ')} in its path`)
  const operation = {
    path,
    name: parts.get('name') as string | undefined,
    value: parts.get('value'),
    index: whole('index'),
    source: whole('source'),
    destination: whole('destination'),
  }
  if (type === 'add' && !(typeof operation.name === 'string' && MEMBER.test(operation.name)))
    throw refuse('needs the name of an element')
  if (['add', 'insert', 'replace'].includes(type) && operation.value === undefined) throw refuse('needs a value')
  if (type === 'insert' && operation.index === undefined) throw refuse('needs an index')
  if (type === 'move' && (operation.source === undefined || operation.destination === undefined))
    throw refuse('needs a source and a destination')
  return { ...operation, type: type as Operation['type'] }
}

function apply(
  document: Json,
  { type, path, name, value, index: at, source, destination }: Operation,
  index: number,
): void {
  const refuse = (why: string) => fhirFaults['patch-refused']({ index, why })
  if (type === 'add') {
    const holder = partOf(document, one(evaluate(document, path, refuse), refuse), refuse)
    const member = name as string
    const held = Object.hasOwn(holder, member) ? holder[member] : undefined
    if (Array.isArray(held)) held.push(value)
    else if (held !== undefined) throw refuse('adds an element that is there already')
    else holder[member] = isList(path, member) ? [value] : value
    return
  }
  if (type === 'insert' || type === 'move') {
    const { holder, member } = place(document, path, refuse)
    const list = (holder as Json)[member as string]
    if (!Array.isArray(list)) throw refuse('needs a path to a list')
    if (type === 'insert') {
      if ((at as number) > list.length) throw refuse('inserts past the end of the list')
      list.splice(at as number, 0, value)
      return
    }
    if ((source as number) >= list.length || (destination as number) >= list.length)
      throw refuse('moves past the end of the list')
    const [moved] = list.splice(source as number, 1)
    list.splice(destination as number, 0, moved)
    return
  }
  const found = evaluate(document, path, refuse)
  if (found.length === 0 && type === 'delete') return
  one(found, refuse)
  const { holder, member } = place(document, path, refuse)
  if (type === 'replace') (holder as Json)[member as string] = inListOf((holder as Json)[member as string], value)
  else if (Array.isArray(holder)) removeAt(document, holder, member as number)
  else delete holder[member as string]
}

/** A path to a list of one names that one: it stays a list. */
const inListOf = (held: unknown, value: unknown): unknown => (Array.isArray(held) ? [value] : value)

/** An empty list may not stay. */
function removeAt(document: Json, list: unknown[], at: number): void {
  list.splice(at, 1)
  if (list.length > 0) return
  const holder = holderOf(document, list)
  if (holder !== undefined) delete (holder.holder as Json)[holder.member as string]
}

function one(found: readonly unknown[], refuse: (why: string) => Error): unknown {
  if (found.length === 0) throw refuse('names nothing that is there')
  if (found.length > 1) throw refuse('names more than one element')
  return found[0]
}

interface Place {
  readonly holder: Json | unknown[]
  readonly member: string | number
}

const LAST_STEP = /^(.*?)(?:\.([a-zA-Z_]\w*)|\[(\d+)\])$/s

/** Where the element that `path` names is kept. Objects are found by identity; a primitive by its holder and name. */
function place(document: Json, path: string, refuse: (why: string) => Error): Place {
  const step = LAST_STEP.exec(path)
  if (step?.[2] !== undefined) {
    const holder = partOf(document, one(evaluate(document, step[1] as string, refuse), refuse), refuse)
    const member = step[2]
    if (Object.hasOwn(holder, member)) return { holder, member }
    const choice = Object.keys(holder).find((key) => key.startsWith(member) && /^[A-Z]/.test(key.slice(member.length)))
    if (choice === undefined) throw refuse('names nothing that is there')
    return { holder, member: choice }
  }
  if (step?.[3] !== undefined) {
    const { holder, member } = place(document, step[1] as string, refuse)
    const list = (holder as Json)[member as string]
    if (Array.isArray(list) && Number(step[3]) < list.length) return { holder: list, member: Number(step[3]) }
    throw refuse('names nothing that is there')
  }
  const found = holderOf(document, one(evaluate(document, path, refuse), refuse))
  if (found === undefined) throw refuse('names a value that has no place of its own; name its element')
  return found
}

/** Refuses what the engine found outside of the document: it also follows what JavaScript objects inherit. */
function partOf(document: Json, found: unknown, refuse: (why: string) => Error): Json {
  if (!isObject(found) || (found !== document && holderOf(document, found) === undefined))
    throw refuse('names something that has no elements')
  return found
}

function holderOf(within: unknown, wanted: unknown): Place | undefined {
  if (typeof within !== 'object' || within === null || typeof wanted !== 'object') return undefined
  for (const [key, value] of Object.entries(within)) {
    if (value === wanted) return { holder: within as Json, member: Array.isArray(within) ? Number(key) : key }
    const deeper = holderOf(value, wanted)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

const require = createRequire(import.meta.url)
let engine: Evaluate | undefined

/** HL7's own engine, loaded when the first patch comes: it is large, and most servers never see one. */
function load(): Evaluate {
  const fhirpath = require('fhirpath') as {
    evaluate(resource: unknown, path: string, variables: object, model: unknown): unknown[]
  }
  const model = require('fhirpath/fhir-context/r4') as unknown
  return (resource, path) => fhirpath.evaluate(resource, path, {}, model)
}

function evaluate(document: Json, path: string, refuse: (why: string) => Error): unknown[] {
  engine ??= load()
  try {
    return engine(document, path)
  } catch {
    throw refuse('has a path that is no FHIRPath for this resource')
  }
}

/** Whether the element that is added belongs into a list: the definitions say, going down the path's names. */
function isList(path: string, member: string): boolean {
  const [type = '', ...names] = path.replace(/\[\d+\]|\.(?:where|first|last|single|ofType|as)\([^)]*\)/g, '').split('.')
  let holder = type
  for (const name of names) {
    const step = elementsOf(holder)
      .flatMap(jsonNames)
      .find((one) => one.name === name)
    if (step === undefined) return false
    holder = step.type
  }
  return elementsOf(holder).some((entry) => entry.many === 1 && jsonNames(entry).some((one) => one.name === member))
}
