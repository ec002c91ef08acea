/** Prints src/fhir/generated/structures.json: what each R4 type is made of, and the codes that required bindings allow. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artefact, ElementEntry } from '../../src/fhir/structure/artefact.ts'
import { type Definition, readDefinitions } from './definitions.ts'

export function generateStructures(root: string): void {
  const definitions = readDefinitions(root, 'StructureDefinition').filter(
    ({ derivation, kind }) => derivation !== 'constraint' && kind !== 'logical',
  )
  const valueSets = new ValueSets(root)
  const types: Record<string, ElementEntry[]> = {}
  for (const { kind, snapshot } of definitions) {
    if (kind === 'primitive-type') continue
    for (const element of snapshot.element as Definition[]) addElement(types, kind, element, valueSets)
  }
  const names = (kind: string) =>
    definitions.filter((one) => one.kind === kind && !one.abstract).map((one): string => one.type)
  const artefact: Artefact = {
    resources: names('resource').sort(),
    primitives: names('primitive-type').sort(),
    valueSets: valueSets.used,
    types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
  const text = JSON.stringify(artefact).replaceAll('],"', '],\n"')
  writeFileSync(join(root, 'src/fhir/generated/structures.json'), `${text}\n`)
}

/** Adds an element to the type or backbone that holds it. */
function addElement(
  types: Record<string, ElementEntry[]>,
  kind: string,
  element: Definition,
  valueSets: ValueSets,
): void {
  const path: string = element.path
  const dot = path.lastIndexOf('.')
  if (dot < 0) {
    types[path] ??= []
    return
  }
  const holder = path.slice(0, dot)
  const name = path.slice(dot + 1)
  const choice = name.endsWith('[x]')
  const given = (element.type ?? []) as Definition[]
  const held: string[] = element.contentReference
    ? [element.contentReference.slice(1)]
    : given.map(({ code, extension }) => typeName(kind, name, code, extension))
  const backbone = held.length === 1 && (held[0] === 'BackboneElement' || held[0] === 'Element')
  const entry: ElementEntry = {
    n: choice ? name.slice(0, -3) : name,
    t: backbone ? [path] : held,
    ...(element.min > 0 ? { min: element.min as number } : {}),
    ...(element.max === '*' ? { many: 1 as const } : {}),
    ...(choice ? { choice: 1 as const } : {}),
    ...(element.isSummary ? { sum: 1 as const } : {}),
  }
  if (backbone) types[path] ??= []
  const binding = element.binding?.strength === 'required' ? valueSets.indexOf(element.binding.valueSet) : undefined
  if (binding !== undefined) entry.vs = binding
  else if (held[0] === 'code') {
    const system = valueSets.wholeSystem(boundTo(element.binding))
    if (system !== undefined) entry.sys = system
  }
  const targets = given.flatMap((one) => (one.code === 'Reference' ? (one.targetProfile ?? ['*']) : [])) as string[]
  const targetTypes = targets.map((one) => one.split('/').at(-1) as string)
  if (targets.length > 0 && !targetTypes.includes('*') && !targetTypes.includes('Resource')) entry.to = targetTypes
  types[holder] ??= []
  types[holder].push(entry)
}

const MOST = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'

/** The value set that no code may be outside of: of a binding that is less than required, the largest it may be widened to. */
function boundTo({ strength, valueSet, extension = [] }: Definition = {}): string | undefined {
  if (strength === 'required') return valueSet
  return (extension as Definition[]).find(({ url }) => url === MOST)?.valueCanonical
}

/** What FHIRPath calls System.String says in an extension which FHIR type it is; of a resource's id it says `string`, a known slip of R4. */
function typeName(kind: string, name: string, code: string, extension: Definition[] | undefined): string {
  if (!code.startsWith('http://hl7.org/fhirpath/')) return code
  return kind === 'resource' && name === 'id' ? 'id' : (extension?.[0]?.valueUrl ?? 'string')
}

/** The codes of value sets, by system, each set once. */
class ValueSets {
  readonly used: Record<string, string[]>[] = []
  readonly #byUrl = new Map<string, Definition>()
  readonly #indexes = new Map<string, number | undefined>()

  constructor(root: string) {
    for (const one of readDefinitions(root, 'ValueSet')) this.#byUrl.set(one.url, one)
    for (const bundle of readDefinitions(root, 'Bundle')) {
      if (bundle.id !== 'valueset-expansions') continue
      for (const { resource } of bundle.entry) this.#byUrl.set(resource.url, resource)
    }
  }

  /** The system all of whose codes make up a set; undefined when the set is less, or of several. */
  wholeSystem(canonical: string | undefined): string | undefined {
    const include = (this.#byUrl.get(canonical?.split('|')[0] ?? '')?.compose?.include ?? []) as Definition[]
    const [{ system, concept, filter, valueSet } = {} as Definition, ...more] = include
    return more.length > 0 || concept || filter || valueSet ? undefined : system
  }

  /** Undefined for a set that can't be listed, such as media types and units: their form is checked elsewhere. */
  indexOf(canonical: string | undefined): number | undefined {
    const url = canonical?.split('|')[0] ?? ''
    if (this.#indexes.has(url)) return this.#indexes.get(url)
    const codes: Record<string, string[]> = {}
    const collect = (contains: Definition[] = []) => {
      for (const one of contains) {
        if (one.code && !one.abstract) codes[one.system] = [...(codes[one.system] ?? []), one.code]
        collect(one.contains)
      }
    }
    collect(this.#byUrl.get(url)?.expansion?.contains)
    const listable = Object.keys(codes).length > 0 && !url.endsWith('/ucum-units')
    const index = listable ? this.used.push(codes) - 1 : undefined
    this.#indexes.set(url, index)
    return index
  }
}
