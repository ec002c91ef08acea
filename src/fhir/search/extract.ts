/**
 * What a resource can be found by, told to a writer. Compiled for each type from the search parameters: at run time only
 * members are followed. https://hl7.org/fhir/R4/search.html
 */
import { searchParameters } from './definitions.ts'
import type { Path, Step } from './path.ts'
import { type ValueReader, valueReader } from './values.ts'
import type { IndexWriter } from './writer.ts'

type Json = Readonly<Record<string, unknown>>
type Walk = (holder: Json, into: IndexWriter) => void

const compiled = new Map<string, Walk>()

/** Tells `into` every value of every search parameter of `type` in `resource`, which is valid. */
export function extract(type: string, resource: unknown, into: IndexWriter): void {
  let walk = compiled.get(type)
  if (walk === undefined) {
    walk = compile(type)
    compiled.set(type, walk)
  }
  walk(resource as Json, into)
}

/** Paths that begin alike share their way: each member of the resource is visited once. */
interface Node {
  readonly readers: ValueReader[]
  readonly next: Map<string, { step: Step; name: string; node: Node }>
}

const newNode = (): Node => ({ readers: [], next: new Map() })

function compile(type: string): Walk {
  const root = newNode()
  for (const parameter of searchParameters(type).values()) {
    if (parameter.code === '_id' || parameter.code === '_lastUpdated') continue
    for (const path of parameter.paths)
      plant(root, path, 0, (datatype) => valueReader(parameter, datatype, path.target))
  }
  const walk = walker(root)
  const defaults = [...searchParameters(type).values()].flatMap(({ code, paths }) =>
    paths.flatMap(({ otherwise: value, steps: [step] }) =>
      value === undefined || step === undefined ? [] : [{ code, value, names: step.names.map(({ name }) => name) }],
    ),
  )
  if (defaults.length === 0) return walk
  return (holder, into) => {
    walk(holder, into)
    for (const { code, value, names } of defaults)
      if (!names.some((name) => holder[name] !== undefined)) into.token(code, undefined, value)
  }
}

function plant(node: Node, path: Path, at: number, readerOf: (datatype: string) => ValueReader | undefined): void {
  const step = path.steps[at]
  if (step === undefined) return
  for (const { name, type } of step.names) {
    const key = `${name} ${step.only?.join('=') ?? ''} ${step.first ?? ''}`
    let child = node.next.get(key)
    if (child === undefined) {
      child = { step, name, node: newNode() }
      node.next.set(key, child)
    }
    if (at < path.steps.length - 1) plant(child.node, path, at + 1, readerOf)
    else {
      const reader = readerOf(type)
      if (reader !== undefined) child.node.readers.push(reader)
    }
  }
}

function walker(root: Node): Walk {
  const branches = [...root.next.values()].map(({ step, name, node }) => {
    const deeper = node.next.size > 0 ? walker(node) : undefined
    const { readers } = node
    const { only, first } = step
    const visit = (value: unknown, into: IndexWriter) => {
      if (value === null || value === undefined) return
      if (only !== undefined && (value as Json)[only[0]] !== only[1]) return
      for (const read of readers) read(value, into)
      if (deeper !== undefined && typeof value === 'object') deeper(value as Json, into)
    }
    return { name, visit, first }
  })
  return (holder, into) => {
    for (const { name, visit, first } of branches) {
      const value = holder[name]
      if (value === undefined) continue
      if (!Array.isArray(value)) visit(value, into)
      else if (first) visit(value[0], into)
      else for (const one of value) visit(one, into)
    }
  }
}
