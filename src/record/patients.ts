/** Whose data a resource is. https://hl7.org/fhir/R4/compartmentdefinition-patient.html */
import { extract } from '#fhir'
import { tableOf } from './index/table.ts'
import { ReferenceReader } from './references.ts'

/**
 * The patients whose data a stored resource is, as `Patient/1`: the one in whose chart it is (`chart`, from its row), or
 * else all that it names. Only for these it is read.
 */
export function patientsOf(type: string, id: string, chart: string | null | undefined, body: string | null): string[] {
  if (type === 'Patient') return [`Patient/${id}`]
  if (typeof chart === 'string') return [`Patient/${chart}`]
  const { compartment } = tableOf(type)
  if (compartment.size === 0 || !body?.includes('Patient')) return []
  const found = new Set<string>()
  const reader = new ReferenceReader((parameter, target, patient) => {
    if (target === 'Patient' && compartment.has(parameter)) found.add(`Patient/${patient}`)
  })
  extract(type, JSON.parse(body), reader)
  return [...found]
}
