/** Where in a document the element is that a FHIRPath names. https://hl7.org/fhir/R4/fhirpatch.html */
import { createRequire } from 'node:module'
import type { ElementEntry } from '../structure/artefact.ts'
import { elementsOf, jsonNames } from '../structure/structure.ts'

export type Json = Record<string, unknown>
export type Refuse = (why: string) => Error
type Way = readonly (string | number)[]
type Evaluate = (resource: unknown, path: string) => unknown[]

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object within a document. */
export interface Part {
  readonly object: Json
  /** Its FHIR type, or the path of its backbone element. */
  readonly type: string
  readonly way: Way
}

/** A member of an object, or one item of a member that is a list. */
export interface Place {
  readonly part: Part
  readonly member: string
  readonly at: number | undefined
}

/** The element that is written as `member` in objects of `type`. */
export const elementOf = (type: string, member: string): ElementEntry | undefined =>
  elementsOf(type).find((entry) => jsonNames(entry).some(({ name }) => name === member))

const LAST_STEP = /^(.*)(?:\.([a-zA-Z_]\w*)|\[(\d+)\]|\.(?:ofType|as)\(\s*\w+\s*\))$/s

/** A document as it is between two changes, to be asked for its elements. */
export class View {
  readonly #document: Json
  readonly #refuse: Refuse
  /** The document with its numbers as JavaScript has them. */
  #plain: Json | undefined

  constructor(document: Json, refuse: Refuse) {
    this.#document = document
    this.#refuse = refuse
  }

  /** How many elements `path` names. */
  count(path: string): number {
    return this.#evaluate(path).found.length
  }

  /** The one object that `path` names. */
  part(path: string): Part {
    const { found, way } = this.#one(path)
    if (!isObject(found) || way === undefined) throw this.#refuse('names something that has no elements')
    return this.partAt(way)
  }

  /** The place of the one element that `path` names. */
  only(path: string): Place {
    this.#one(path)
    return this.place(path)
  }

  /** The place of the one element, or the one list, that `path` names. Objects are found by identity; a primitive by its holder and name. */
  place(path: string): Place {
    const [step, before = '', name, index] = LAST_STEP.exec(path) ?? []
    if (name !== undefined) {
      const part = this.part(before)
      const member = memberIn(part, name)
      if (member === undefined) throw this.#refuse('names nothing that is there')
      return { part, member, at: undefined }
    }
    if (index !== undefined) {
      const { part, member } = this.place(before)
      const list = part.object[member]
      if (!Array.isArray(list) || Number(index) >= list.length) throw this.#refuse('names nothing that is there')
      return { part, member, at: Number(index) }
    }
    const { way } = this.#one(path)
    const last = way?.at(-1)
    if (way !== undefined && last !== undefined) return this.placeAt(way)
    const typed = step === undefined ? undefined : this.place(before)
    if (typed === undefined || Array.isArray(typed.part.object[typed.member]))
      throw this.#refuse('names a value that has no place of its own; name its element')
    return typed
  }

  /** The object at the end of `way`. */
  partAt(way: Way): Part {
    let value: unknown = this.#document
    let type = String(this.#document.resourceType)
    for (const step of way) {
      value = (value as Json)[step]
      if (isObject(value) && typeof value.resourceType === 'string') type = value.resourceType
      else if (typeof step === 'string') type = typeOf(type, step)
    }
    return { object: value as Json, type, way }
  }

  /** Where what is at the end of `way` is kept. */
  placeAt(way: Way): Place {
    const last = way.at(-1)
    if (typeof last === 'number') return { part: this.partAt(way.slice(0, -2)), member: way.at(-2) as string, at: last }
    return { part: this.partAt(way.slice(0, -1)), member: last as string, at: undefined }
  }

  /** The one thing that `path` names, and if it is an object of the document the way to it: the engine also follows what JavaScript objects inherit. */
  #one(path: string): { readonly found: unknown; readonly way: Way | undefined } {
    const { found, within } = this.#evaluate(path)
    if (found.length === 0) throw this.#refuse('names nothing that is there')
    if (found.length > 1) throw this.#refuse('names more than one element')
    return { found: found[0], way: isObject(found[0]) ? wayTo(within, found[0]) : undefined }
  }

  #evaluate(path: string): { readonly found: unknown[]; readonly within: Json } {
    engine ??= load()
    try {
      return { found: engine(this.#document, path), within: this.#document }
    } catch {
      // Perhaps not because of the path: the engine marks what it goes through, and can't mark a number kept as written.
      this.#plain ??= JSON.parse(JSON.stringify(this.#document)) as Json
    }
    try {
      return { found: engine(this.#plain, path), within: this.#plain }
    } catch {
      throw this.#refuse('has a path that is no FHIRPath for this resource')
    }
  }
}

/** The type of what objects of `type` hold as `member`; empty where the definitions know of nothing. */
export const typeOf = (type: string, member: string): string =>
  elementsOf(type)
    .flatMap(jsonNames)
    .find(({ name }) => name === member)?.type ?? ''

/** The member as which the element `name` is written in `part`: of a choice, that of the type it has there. */
function memberIn({ object, type }: Part, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name
  const choice = elementsOf(type).find((entry) => entry.n === name && entry.choice === 1)
  return choice && jsonNames(choice).find((one) => Object.hasOwn(object, one.name))?.name
}

function wayTo(within: unknown, wanted: object): Way | undefined {
  if (within === wanted) return []
  if (typeof within !== 'object' || within === null) return undefined
  for (const [key, value] of Object.entries(within)) {
    const way = wayTo(value, wanted)
    if (way !== undefined) return [Array.isArray(within) ? Number(key) : key, ...way]
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
