/** The search parameters of each type. https://hl7.org/fhir/R4/searchparameter-registry.html */
import { createRequire } from 'node:module'
import type { ElementEntry } from '../structure/artefact.ts'
import type { SearchArtefact, SearchType } from './artefact.ts'
import { type Path, pathsOf } from './path.ts'

const artefact = createRequire(import.meta.url)('../generated/search-parameters.json') as SearchArtefact

export interface SearchParameter {
  readonly code: string
  readonly type: SearchType
  /** Canonical URL of the definition. */
  readonly url: string
  /** Resource types that a reference may name. */
  readonly targets: readonly string[]
  /** FHIR types of the elements it selects. */
  readonly datatypes: readonly string[]
  /** The elements it selects, when all of them are of type code: these don't say their systems, their definitions do. */
  readonly codes: readonly ElementEntry[]
  /** Whether a resource can have more than one value for it. */
  readonly multiple: boolean
  readonly expression: string
  readonly paths: readonly Path[]
}

const known = new Map<string, ReadonlyMap<string, SearchParameter>>()
const none: ReadonlyMap<string, SearchParameter> = new Map()

/** The parameters of `type` by code, those of every resource included; empty for a name that is no type. */
export function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
  const found = known.get(type)
  if (found !== undefined) return found
  const entries = artefact.types[type]
  if (entries === undefined) return none
  const made = new Map(
    entries.map(({ code, type: kind, url, path, targets = [] }) => {
      const paths = kind === 'composite' ? [] : pathsOf(type, path)
      const ends = paths.flatMap(({ steps }) => steps.at(-1)?.names ?? [])
      const parameter: SearchParameter = {
        code,
        type: kind,
        url: `http://hl7.org/fhir/SearchParameter/${url}`,
        targets,
        datatypes: [...new Set(ends.map((one) => one.type))],
        codes: ends.every((one) => one.type === 'code') ? ends.map(({ element }) => element) : [],
        multiple: paths.length > 1 || paths.some(({ steps }) => steps.some((step) => step.many)) || repeats(paths),
        expression: path,
        paths,
      }
      return [code, parameter]
    }),
  )
  known.set(type, made)
  return made
}

/** A Timing may list several events. */
const repeats = (paths: readonly Path[]): boolean =>
  paths.some(({ steps }) => steps.at(-1)?.names.some(({ type }) => type === 'Timing'))

/** Code systems in which case makes a difference: the ends of their addresses, by what stands before. */
export const CASE_SENSITIVE = artefact.caseSensitive

/** The parameters that put a resource of `type` into a patient's compartment. https://hl7.org/fhir/R4/compartmentdefinition-patient.html */
export const patientParameters = (type: string): readonly string[] => artefact.patient[type] ?? []
