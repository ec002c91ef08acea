/** The daily procedures: what is due when, who has done it, and what was found. */
export { dailyProcedures } from './catalogue.ts'
export type { FindingSource, FindingSources } from './findings.ts'
export { type Keeping, keepProcedures } from './keeping.ts'
export { PROCEDURE_METRICS } from './metrics.ts'
export { type Doer, openProcedures, type Procedures } from './procedures.ts'
export { occurrenceSheet } from './sheet.ts'
export { application, databases, utilisation } from './sources/machine.ts'
export * from './terms.ts'
