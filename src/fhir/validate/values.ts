/** Checks that go beyond structure: what a reference may name, and which codes a required binding allows. */
import { codesOf, isResourceType } from '../structure/structure.ts'
import type { Report } from './report.ts'

type Json = Readonly<Record<string, unknown>>
export type ValueCheck = (value: Json, report: Report) => void

const LOCAL = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ELSEWHERE = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+\-.]*:/
/** Without an id it means the resource that contains this one. */
const CONTAINED = /^#[A-Za-z0-9\-.]{0,64}$/
const LINK = /^urn:(?:uuid|oid):/
const NO_ENTRY = 'must be the fullUrl of an entry of the transaction that stores a resource'
const CONDITIONAL = /^[A-Z][A-Za-z]+\?/
const FORMS = 'must be Type/id with a resource type of FHIR R4, #id of a contained resource, or an absolute address'

/** https://hl7.org/fhir/R4/references.html: a literal reference names its type; other forms do not tell it. */
export function referenceCheck(targets: readonly string[] | undefined): ValueCheck {
  return ({ reference, type }, report) => {
    let named = typeof reference === 'string' ? LOCAL.exec(reference)?.[1] : undefined
    if (typeof reference === 'string' && (named === undefined || !isResourceType(named))) {
      const problem = problemOf(reference, report)
      if (problem !== undefined) return report.within('reference', () => report.add(...problem))
      named = ELSEWHERE.exec(reference)?.[1]
    }
    if (targets === undefined) return
    const said = [named, typeof type === 'string' ? type : undefined].filter(
      (one) => one !== undefined && isResourceType(one),
    )
    if (said.some((one) => !targets.includes(one as string)))
      report.add('value', `must refer to ${targets.join(' or ')}`)
  }
}

/** What is wrong with a reference that is not Type/id. A Bundle that is kept, and not carried out, may have links and criteria. */
function problemOf(reference: string, report: Report): [code: string, says: string] | undefined {
  if (CONTAINED.test(reference)) return undefined
  if (ABSOLUTE.test(reference))
    return report.linked && LINK.test(reference) && !report.ofBundle ? ['not-found', NO_ENTRY] : undefined
  if (!CONDITIONAL.test(reference)) return ['value', FORMS]
  return report.ofBundle ? undefined : ['value', 'must name a resource: criteria are looked up in transactions only']
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
