/** The record: FHIR resources in PostgreSQL. */
export { forgetAnswers } from './forget.ts'
export { openRecord } from './open.ts'
export { inPart, partOf } from './part.ts'
export type {
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
