/** The record: FHIR resources in PostgreSQL. */
export { hospitalPolicy } from './access/hospital.ts'
export { type Interaction, type Policy, readPolicy } from './access/policy.ts'
export { forgetAnswers } from './forget.ts'
export { openRecord } from './open.ts'
export { inPart, type Part, partOf } from './part.ts'
export type {
  Answered,
  Asker,
  Change,
  Condition,
  Found,
  HealthRecord,
  HistoryRequest,
  OpenedChart,
  SearchRequest,
  Version,
  Written,
} from './record.ts'
export type { ReferencePolicy } from './references.ts'
export { criteriaFor } from './search/criteria.ts'
export { RECORD_METRICS } from './tally.ts'
