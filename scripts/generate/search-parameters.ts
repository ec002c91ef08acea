/** Prints src/fhir/generated/search-parameters.json: the official search parameters of each type, and patient compartments. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SearchArtefact, SearchEntry } from '../../src/fhir/search/artefact.ts'
import { RESOURCE_TYPES } from '../../src/fhir/structure/structure.ts'
import { type Definition, readDefinitions } from './definitions.ts'

const OFFICIAL = 'http://hl7.org/fhir/SearchParameter/'
/** Parameters of every type; those over text are a matter of full-text search. */
const OF_ALL = new Set(['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source'])

export function generateSearchParameters(root: string): void {
  const official = readDefinitions(root, 'SearchParameter').filter(
    // Among the definitions are examples of how one is written, under codes of real ones.
    ({ url, expression }) => url.startsWith(OFFICIAL) && !url.startsWith(`${OFFICIAL}example`) && expression,
  )
  const types = Object.fromEntries(
    RESOURCE_TYPES.map((type) => [
      type,
      official.flatMap((one) => entryFor(type, one)).sort((a, b) => (a.code < b.code ? -1 : 1)),
    ]),
  )
  const compartment = readDefinitions(root, 'CompartmentDefinition').find(
    ({ code, id }) => code === 'Patient' && id === 'patient',
  )
  const patient: Record<string, string[]> = {}
  for (const { code, param } of (compartment?.resource ?? []) as Definition[]) if (param) patient[code] = param
  const artefact: SearchArtefact = { types, patient, caseSensitive: caseSensitive(root) }
  writeFileSync(
    join(root, 'src/fhir/generated/search-parameters.json'),
    `${JSON.stringify(artefact).replaceAll('],"', '],\n"')}\n`,
  )
}

/** UCUM is no resource among the definitions; search.html names it as the system in which case matters: `mS` and `MS`. */
const UCUM = 'http://unitsofmeasure.org'

/** The systems that say so, by what stands before the last slash of their addresses. */
function caseSensitive(root: string): Record<string, string[]> {
  const urls = readDefinitions(root, 'CodeSystem').flatMap((one): string[] => (one.caseSensitive ? [one.url] : []))
  const cut = (url: string) => url.lastIndexOf('/') + 1
  const sorted = [...new Set([...urls, UCUM])].sort()
  const byStart = Map.groupBy(sorted, (url) => url.slice(0, cut(url)))
  return Object.fromEntries([...byStart].map(([start, those]) => [start, those.map((url) => url.slice(cut(url)))]))
}

function entryFor(type: string, { base, code, url, type: kind, target, expression }: Definition): SearchEntry[] {
  const own = (base as string[]).includes(type)
  const ofAll = OF_ALL.has(code) && (base.includes('Resource') || base.includes('DomainResource'))
  if (!own && !ofAll) return []
  const terms = (expression as string)
    .split('|')
    .map((term) => term.trim())
    .filter((term) => ofAll || term.replace(/^\(/, '').startsWith(`${type}.`))
  if (terms.length === 0 && kind !== 'composite') return []
  return [
    {
      code,
      type: kind,
      url: url.slice(OFFICIAL.length),
      path: terms.map((term) => term.replace(/^(\(?)(?:Domain)?Resource\./, `$1${type}.`)).join(' | '),
      ...(target ? { targets: target } : {}),
    },
  ]
}
