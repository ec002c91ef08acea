/**
 * JSON Patch, RFC 6902, on a text whose numbers keep their spelling. Libraries for it read numbers as JavaScript does and
 * would write 1.50 as 1.5; docs/decisions/0006-patch.md.
 */
import { isDeepStrictEqual } from 'node:util'
import { fhirFaults } from '../faults.ts'
import { parseExactly } from '../text/lossless.ts'

type Json = Record<string, unknown>
type Holder = Json | unknown[]

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly path: readonly string[]
  readonly from: readonly string[]
  readonly value: unknown
}

const MOST_OPERATIONS = 1_000
/** Characters that the copies of one patch may add: each copy can double the document. */
const MOST_COPIED = 4 * 1024 * 1024

interface Root {
  document: unknown
  copied: number
}
const OPS: readonly string[] = ['add', 'remove', 'replace', 'move', 'copy', 'test']

/** The change that `document`, the parsed patch, describes. Throws `fhir/bad-patch`; the change throws `fhir/patch-refused`. */
export function jsonPatch(document: unknown): (current: string) => string {
  if (!Array.isArray(document) || document.length > MOST_OPERATIONS)
    throw fhirFaults['bad-patch']({ why: `it must be an array of at most ${MOST_OPERATIONS} operations` })
  const operations = document.map(readOperation)
  return (current) => {
    const root: Root = { document: parseExactly(current), copied: 0 }
    for (const [index, operation] of operations.entries()) apply(root, operation, index)
    return JSON.stringify(root.document)
  }
}

function readOperation(given: unknown, index: number): Operation {
  const { op, path, from, value } = (given ?? {}) as Json
  const refuse = (why: string) => fhirFaults['bad-patch']({ why: `operation ${index} ${why}` })
  if (typeof op !== 'string' || !OPS.includes(op)) throw refuse(`must have op: one of ${OPS.join(', ')}`)
  if ((op === 'move' || op === 'copy') && typeof from !== 'string') throw refuse('needs from')
  if ((op === 'add' || op === 'replace' || op === 'test') && value === undefined) throw refuse('needs a value')
  return {
    op: op as Operation['op'],
    path: pointer(path, refuse),
    from: from === undefined ? [] : pointer(from, refuse),
    value,
  }
}

/** RFC 6901. */
function pointer(text: unknown, refuse: (why: string) => Error): string[] {
  if (typeof text !== 'string' || !/^(?:$|\/)/.test(text) || /~(?![01])/.test(text))
    throw refuse('needs a JSON Pointer, such as /name/0/family')
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function apply(root: Root, { op, path, from, value }: Operation, index: number): void {
  const refuse = (why: string) => fhirFaults['patch-refused']({ index, why })
  switch (op) {
    case 'add':
      add(root, path, value, refuse)
      break
    case 'remove':
      remove(root, path, refuse)
      break
    case 'replace':
      replace(root, path, value, refuse)
      break
    case 'move':
      if (from.length < path.length && from.every((part, at) => path[at] === part))
        throw refuse('moves a value into itself')
      add(root, path, remove(root, from, refuse), refuse)
      break
    case 'copy': {
      const text = JSON.stringify(valueAt(root, from, refuse))
      root.copied += text.length
      if (root.copied > MOST_COPIED) throw refuse('copies more than a resource should hold')
      add(root, path, parseExactly(text), refuse)
      break
    }
    case 'test':
      if (!isDeepStrictEqual(plain(valueAt(root, path, refuse)), plain(value)))
        throw refuse('tested a value that is not so')
  }
}

/** As JavaScript reads it: 1.50 equals 1.5, and the order of members does not count. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

type Refuse = (why: string) => Error

const MISSING = 'names a place that is not there'
const isHolder = (value: unknown): value is Holder =>
  typeof value === 'object' && value !== null && !JSON.isRawJSON(value)
const has = (holder: Holder, part: string): boolean =>
  Array.isArray(holder) ? /^(0|[1-9]\d*)$/.test(part) && Number(part) < holder.length : Object.hasOwn(holder, part)

function valueAt(root: { document: unknown }, path: readonly string[], refuse: Refuse): unknown {
  let value = root.document
  for (const part of path) {
    if (!isHolder(value) || !has(value, part)) throw refuse(MISSING)
    value = (value as Json)[part]
  }
  return value
}

function add(root: { document: unknown }, path: readonly string[], value: unknown, refuse: Refuse): void {
  const last = path.at(-1)
  if (last === undefined) {
    root.document = value
    return
  }
  const holder = valueAt(root, path.slice(0, -1), refuse)
  if (!isHolder(holder)) throw refuse(MISSING)
  if (!Array.isArray(holder)) {
    Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true })
    return
  }
  const at = last === '-' ? holder.length : Number(last)
  if (last !== '-' && (!/^(0|[1-9]\d*)$/.test(last) || at > holder.length)) throw refuse(MISSING)
  holder.splice(at, 0, value)
}

/** In its place: what was not asked for, such as the order of members, stays as it was. */
function replace(root: { document: unknown }, path: readonly string[], value: unknown, refuse: Refuse): void {
  valueAt(root, path, refuse)
  const last = path.at(-1)
  if (last === undefined) {
    root.document = value
    return
  }
  const holder = valueAt(root, path.slice(0, -1), refuse) as Json
  // Not an assignment: `__proto__` is a name like any other here.
  Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true })
}

function remove(root: { document: unknown }, path: readonly string[], refuse: Refuse): unknown {
  const value = valueAt(root, path, refuse)
  const last = path.at(-1)
  if (last === undefined) throw refuse('removes the whole resource; DELETE does that')
  const holder = valueAt(root, path.slice(0, -1), refuse) as Holder
  if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else delete holder[last]
  return value
}
