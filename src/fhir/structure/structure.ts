/** The R4 types and what they are made of. https://hl7.org/fhir/R4/resourcelist.html */
import { createRequire } from 'node:module'
import type { Artefact, ElementEntry } from './artefact.ts'

const artefact = createRequire(import.meta.url)('../generated/structures.json') as Artefact

/** The concrete resource types, sorted. */
export const RESOURCE_TYPES: readonly string[] = artefact.resources
const resources = new Set(artefact.resources)
const primitives = new Set(artefact.primitives)
const sets = new Map<number, ReadonlySet<string>>()

export const isResourceType = (name: string): boolean => resources.has(name)
export const isPrimitive = (type: string): boolean => primitives.has(type)

/** The elements of a type or backbone element; empty for a name that is none. */
export const elementsOf = (path: string): readonly ElementEntry[] =>
  Object.hasOwn(artefact.types, path) ? (artefact.types[path] as readonly ElementEntry[]) : []

/** A member by which an element is written, and its `_` counterpart, which holds a primitive's id and extensions. */
export interface JsonName {
  readonly name: string
  readonly shadow: string
  readonly type: string
}

/** The members of an element: one, or one for each type of a choice. */
export function jsonNames({ n, t, choice }: ElementEntry): readonly JsonName[] {
  const named = (name: string, type: string) => ({ name, shadow: `_${name}`, type })
  if (choice === undefined) return [named(n, t[0] as string)]
  return t.map((type) => named(n + type.charAt(0).toUpperCase() + type.slice(1), type))
}

/** The codes of a value set that are of `system`. */
export const codesOfSystem = (valueSet: number, system: string): readonly string[] => {
  const codes = artefact.valueSets[valueSet] ?? {}
  return Object.hasOwn(codes, system) ? (codes[system] as readonly string[]) : []
}

/** The codes of a value set, both as `system|code` and as bare `code`. */
export function codesOf(valueSet: number): ReadonlySet<string> {
  const known = sets.get(valueSet)
  if (known !== undefined) return known
  const codes = artefact.valueSets[valueSet] ?? {}
  const made = new Set(
    Object.entries(codes).flatMap(([system, list]) => list.flatMap((code) => [code, `${system}|${code}`])),
  )
  sets.set(valueSet, made)
  return made
}
