/** Parameters that a search does not act on, and how it says so. https://hl7.org/fhir/R4/search.html#errors */
import { MOST_PROBLEMS, type Problem } from '#foundation/fault.ts'

export interface Ignored {
  readonly name: string
  /** Where it stands in the request, from 1. */
  readonly place: number
  readonly why: 'unsupported' | 'modifier' | 'empty' | 'unsortable' | 'no-reference'
}

/**
 * What is wrong with each of `ignored`, once; of very many, the first 50. Values are never repeated, they name patients.
 * Nor are names that don't look like one: what somebody has typed in the place of a name may be a patient's.
 */
export function problemsOf(type: string, ignored: readonly Ignored[]): Problem[] {
  const told = new Map<string, Problem>()
  for (const one of ignored) {
    const says = saying(type, one)
    told.set(says, { code: one.why === 'empty' ? 'invalid' : 'not-supported', says })
    if (told.size === MOST_PROBLEMS) break
  }
  return [...told.values()]
}

const LOOKS_LIKE_A_NAME = /^_?[a-z][\w.:-]{0,63}$/i

function saying(type: string, { name, place, why }: Ignored): string {
  const shown = LOOKS_LIKE_A_NAME.test(name) ? name : `number ${place} of the request`
  switch (why) {
    case 'unsupported':
      return `Parameter ${shown} is not supported for ${type}.`
    case 'modifier':
      return `Parameter ${shown} has a modifier that is not supported for ${type}.`
    case 'empty':
      return `Parameter ${shown} has no value.`
    case 'unsortable':
      return `Parameter ${shown} names something by which ${type} cannot be sorted.`
    case 'no-reference':
      return `Parameter ${shown} names no reference that can be followed here; its form is Type:parameter.`
  }
}
