/** The record: FHIR resources in PostgreSQL. */
export { forgetAnswers } from './forget.ts'
export { openRecord } from './open.ts'
export { inPart, type Part, partOf } from './part.ts'
export type {
  Answered,
  Change,
  Condition,
  Found,
  HealthRecord,
  HistoryRequest,
  SearchRequest,
  Version,
  Written,
} from './record.ts'
export type { ReferencePolicy } from './references.ts'
