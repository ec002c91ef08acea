/**
 * What is recorded, in the codes of FHIR and DICOM: https://hl7.org/fhir/R4/auditevent.html#mappings and
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_400.html
 */
import type { Action, AuditEntry } from '../terms.ts'

export interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

export const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type'
const INTERACTIONS = 'http://hl7.org/fhir/restful-interaction'
/** For what neither FHIR nor DICOM has a code. */
const OWN = 'urn:omnicare:audit-action'

export interface Codes {
  readonly type: Coding
  readonly subtype: Coding
  /** Create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
}

const rest = (code: string, action: Codes['action']): Codes => ({
  type: { system: TYPES, code: 'rest', display: 'Restful Operation' },
  subtype: { system: INTERACTIONS, code, display: code },
  action,
})
const dicom = (code: string, display: string, subtype: Coding, action: Codes['action']): Codes => ({
  type: { system: DCM, code, display },
  subtype,
  action,
})
const own = (code: string, display: string): Coding => ({ system: OWN, code, display })

const ALERT = ['110113', 'Security Alert'] as const

export const CODES: Readonly<Record<Action, Codes>> = {
  read: rest('read', 'R'),
  vread: rest('vread', 'R'),
  search: rest('search', 'E'),
  history: rest('history', 'R'),
  create: rest('create', 'C'),
  update: rest('update', 'U'),
  patch: rest('patch', 'U'),
  delete: rest('delete', 'D'),
  transaction: rest('transaction', 'E'),
  batch: rest('batch', 'E'),
  capabilities: rest('capabilities', 'R'),
  operation: rest('operation', 'E'),
  export: dicom('110106', 'Export', own('export', 'Data was taken out'), 'R'),
  'sign-in': dicom('110114', 'User Authentication', { system: DCM, code: '110122', display: 'Login' }, 'E'),
  'sign-out': dicom('110114', 'User Authentication', { system: DCM, code: '110123', display: 'Logout' }, 'E'),
  'second-factor': dicom('110114', 'User Authentication', own('second-factor', 'A second factor was asked for'), 'E'),
  account: dicom(...ALERT, { system: DCM, code: '110137', display: 'User security Attributes Changed' }, 'U'),
  credential: dicom(...ALERT, own('credential', 'A password or a second factor was changed'), 'U'),
  'api-key': dicom(...ALERT, own('api-key', 'The key of a machine was made, used or ended'), 'U'),
  oversight: dicom(...ALERT, own('oversight', 'Something was done that security officers should look at'), 'E'),
  restored: dicom(...ALERT, own('restored', 'A database was restored to an earlier time'), 'E'),
  malformed: dicom(...ALERT, own('malformed', 'What was recorded can not be read'), 'E'),
  'rotate-key': dicom(...ALERT, { system: DCM, code: '110134', display: 'Security Configuration' }, 'U'),
  'destroy-key': dicom(...ALERT, own('destroy-key', 'A key was destroyed'), 'D'),
  verify: dicom('110101', 'Audit Log Used', own('verify', 'The trail was verified'), 'E'),
}

/** Success, minor failure, serious failure, major failure (the action is unavailable to everybody). */
export type OutcomeCode = '0' | '4' | '8' | '12'

/** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
export function outcomeCode({ outcome, status }: Pick<AuditEntry, 'outcome' | 'status'>): OutcomeCode {
  if (outcome === 'success') return '0'
  if (outcome === 'failed') return status === 503 ? '12' : '8'
  return '4'
}

/** How an outcome's code is found among the trail's own words. */
export const OUTCOMES_OF: Readonly<Record<OutcomeCode, readonly AuditEntry['outcome'][]>> = {
  '0': ['success'],
  '4': ['refused', 'cancelled'],
  '8': ['failed'],
  '12': ['failed'],
}

const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
export const BREAK_GLASS: Coding = { system: ACT_REASON, code: 'BTG', display: 'break the glass' }
/** https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html */
export const purposeCoding = (code: string): Coding => ({ system: ACT_REASON, code })
