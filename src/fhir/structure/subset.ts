/** A resource with some of its elements only. https://hl7.org/fhir/R4/search.html#summary */
import { parseExactly } from '../text/lossless.ts'
import { elementsOf, isPrimitive, jsonNames } from './structure.ts'

export interface Subset {
  readonly summary?: 'true' | 'text' | 'data' | 'count'
  readonly elements?: readonly string[]
}

type Json = Record<string, unknown>

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }
const ALWAYS = ['resourceType', 'id', 'meta']

/** `text` reduced to what `how` asks for, and marked as such so that nobody writes it back. */
export function subset(type: string, text: string, { summary, elements }: Subset): string {
  const resource = parseExactly(text) as Json
  const kept = elements !== undefined ? listed(type, resource, elements) : summarized(type, resource, summary)
  const meta = (kept.meta ?? {}) as Json
  return JSON.stringify({
    ...kept,
    meta: { ...meta, tag: [...((meta.tag as unknown[] | undefined) ?? []), SUBSETTED] },
  })
}

/** Whether a resource is marked as one of which elements were left out. */
export function isSubset({ meta }: Readonly<Json>): boolean {
  const tag = (meta as { readonly tag?: unknown } | null | undefined)?.tag
  return Array.isArray(tag) && tag.some((one) => one?.code === SUBSETTED.code && one.system === SUBSETTED.system)
}

/** `text` without the members of `elements`, nor the narrative, which may tell them; marked as such. */
export function without(type: string, text: string, elements: readonly string[]): string {
  const hidden = hiddenMembers(type, elements)
  const resource = parseExactly(text) as Json
  const kept = Object.fromEntries(Object.entries(resource).filter(([name]) => !hidden.has(name)))
  const meta = (kept.meta ?? {}) as Json
  return JSON.stringify({
    ...kept,
    meta: { ...meta, tag: [...((meta.tag as unknown[] | undefined) ?? []), SUBSETTED] },
  })
}

/** The members by which `elements` are written, and those in which they could stand as well. */
export const hiddenMembers = (type: string, elements: readonly string[]): ReadonlySet<string> =>
  new Set([
    'text',
    'contained',
    ...elementsOf(type)
      .filter(({ n }) => elements.includes(n))
      .flatMap((entry) => jsonNames(entry).flatMap(({ name, shadow }) => [name, shadow])),
  ])

/** The elements of a resource type, and which of them it is none without. */
export const elementsOfType = (type: string): ReadonlyMap<string, 'mandatory' | 'optional'> =>
  new Map(elementsOf(type).map(({ n, min }) => [n, min === undefined ? 'optional' : 'mandatory']))

/** The mandatory elements of a type: a resource without them would not be one. */
const mandatory = (type: string): string[] =>
  elementsOf(type)
    .filter((entry) => entry.min !== undefined)
    .flatMap((entry) => jsonNames(entry).flatMap(({ name, shadow }) => [name, shadow]))

const pick = (value: Json, names: readonly string[]): Json => {
  const wanted = new Set(names)
  return Object.fromEntries(Object.entries(value).filter(([name]) => wanted.has(name)))
}

function listed(type: string, resource: Json, elements: readonly string[]): Json {
  const asked = elements.map((one) => one.replace(new RegExp(`^${type}\\.`), '').split('.')[0] as string)
  const names = elementsOf(type)
    .filter((entry) => asked.includes(entry.n))
    .flatMap((entry) => jsonNames(entry).flatMap(({ name, shadow }) => [name, shadow]))
  return pick(resource, [...ALWAYS, ...mandatory(type), ...asked, ...names])
}

function summarized(type: string, resource: Json, summary: Subset['summary']): Json {
  if (summary === 'text') return pick(resource, [...ALWAYS, 'text', ...mandatory(type)])
  if (summary === 'data') {
    const { text: _narrative, ...rest } = resource
    return rest
  }
  return { ...pick(resource, ALWAYS), ...inSummary(type, resource) }
}

/** Elements marked as part of the summary, at every depth. */
function inSummary(type: string, value: Json): Json {
  const kept: Json = {}
  for (const entry of elementsOf(type)) {
    if (entry.sum === undefined && entry.min === undefined) continue
    for (const { name, shadow, type: held } of jsonNames(entry)) {
      if (shadow in value) kept[shadow] = value[shadow]
      if (!(name in value)) continue
      const reduce = (one: unknown) =>
        held.includes('.') && typeof one === 'object' ? inSummary(held, one as Json) : one
      const given = value[name]
      kept[name] = isPrimitive(held) ? given : Array.isArray(given) ? given.map(reduce) : reduce(given)
    }
  }
  return kept
}
