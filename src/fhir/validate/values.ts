/** Checks that go beyond structure: what a reference may name, and which codes a required binding allows. */
import { codesOf, isResourceType } from '../structure/structure.ts'
import type { Report } from './report.ts'

type Json = Readonly<Record<string, unknown>>
export type ValueCheck = (value: Json, report: Report) => void

const LITERAL = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

/** https://hl7.org/fhir/R4/references.html: a literal reference names its type; other forms do not tell it. */
export function referenceCheck(targets: readonly string[] | undefined): ValueCheck {
  return ({ reference, type }, report) => {
    const named = typeof reference === 'string' ? LITERAL.exec(reference)?.[1] : undefined
    if (typeof reference === 'string' && named !== undefined && !reference.includes(':') && !isResourceType(named))
      return report.add('value', 'must refer to a resource type of FHIR R4')
    if (targets === undefined) return
    const said = [named, typeof type === 'string' ? type : undefined].filter(
      (one) => one !== undefined && isResourceType(one),
    )
    if (said.some((one) => !targets.includes(one as string)))
      report.add('value', `must refer to ${targets.join(' or ')}`)
  }
}

/** https://hl7.org/fhir/R4/terminologies.html#required. Text without any coding is left to people. */
export function bindingCheck(type: string, valueSet: number): ValueCheck[] {
  const codes = codesOf(valueSet)
  const allowed = ({ system, code }: Json) =>
    typeof code !== 'string' || codes.has(typeof system === 'string' ? `${system}|${code}` : code)
  const says = 'must have a code of its required value set'
  if (type === 'Coding' || type === 'Quantity')
    return [(value, report) => (allowed(value) ? undefined : report.add('code-invalid', says))]
  if (type !== 'CodeableConcept') return []
  return [
    ({ coding }, report) => {
      if (Array.isArray(coding) && coding.length > 0 && !coding.some((one) => allowed(one as Json)))
        report.add('code-invalid', says)
    },
  ]
}
