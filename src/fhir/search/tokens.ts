/** Codes as they are compared. https://hl7.org/fhir/R4/search.html#token */
import { codesOfSystem } from '../structure/structure.ts'
import { CASE_SENSITIVE, type SearchParameter } from './definitions.ts'

const sensitive = new Set(Object.entries(CASE_SENSITIVE).flatMap(([start, ends]) => ends.map((end) => start + end)))

/**
 * `code` in the case in which it is compared: as it is written where `system` is known to tell codes apart by case. "When
 * in doubt", as without a system, case makes no difference: finding too much does less harm than finding too little.
 */
export const foldCode = (system: string | undefined, code: string): string =>
  system !== undefined && sensitive.has(system) ? code : code.toLowerCase()

/**
 * The codes of `system` that the code elements of `parameter` may have, by their required value sets. `all` when it is
 * their only system and its codes are too many to be listed, as media types and languages are.
 */
export function impliedCodes({ codes }: SearchParameter, system: string): readonly string[] | 'all' {
  if (codes.some(({ sys }) => sys === system)) return 'all'
  return codes.flatMap(({ vs }) => (vs === undefined ? [] : codesOfSystem(vs, system)))
}
