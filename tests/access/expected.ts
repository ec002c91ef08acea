/**
 * What the policy that OmniCare brings is meant to allow, written down once more by hand: whose resources each role sees
 * and changes. `o`: the patient in care, or the patient themselves; `x`: another; `r`: the one labelled as restricted.
 * `-`: nothing of the type whatever is there (403); an empty text: nothing of these, but perhaps others of the type (404).
 */
import type { Role } from '#identity/entry'
import { SAMPLE_NAMES, type Sample } from '../support/chart-ground.ts'

export type Asking = Role | 'service'
export type Change = 'create' | 'update' | 'delete'
type Table = Partial<Record<Sample, string>>

const each = (whose: string, ...but: readonly Sample[]): Table =>
  Object.fromEntries(SAMPLE_NAMES.filter((one) => !but.includes(one)).map((one) => [one, whose]))

export const SEES: Readonly<Record<Asking, Table>> = {
  physician: each('or', 'claim'),
  nurse: each('o', 'claim', 'coverage'),
  'front-desk': { patient: 'ox', encounter: 'ox', appointment: 'ox', coverage: 'ox' },
  pharmacist: { patient: 'ox', lab: 'ox', vital: '', medication: 'ox', allergy: 'ox' },
  laboratory: { patient: 'ox', lab: 'ox', vital: '', report: 'ox', specimen: 'ox' },
  radiology: { patient: 'ox', lab: '', vital: '', report: '', allergy: 'ox', imaging: 'ox' },
  billing: { patient: 'ox', encounter: 'ox', coverage: 'ox', claim: 'ox' },
  patient: each('o'),
  operator: {},
  'security-officer': {},
  'compliance-officer': {},
  administrator: {},
  service: each('ox'),
}

export const CHANGES: Readonly<Record<Change, Readonly<Record<Asking, Table>>>> = {
  // A patient that is created is nobody's yet, and is restricted when it is labelled so.
  create: {
    physician: { ...each('or', 'claim', 'coverage', 'appointment'), patient: 'oxr' },
    nurse: { patient: 'ox', lab: 'o', vital: 'o', specimen: 'o' },
    'front-desk': { patient: 'ox', encounter: 'ox', appointment: 'ox', coverage: 'ox' },
    pharmacist: {},
    laboratory: { lab: 'ox', vital: '', report: 'ox', specimen: 'ox' },
    radiology: { lab: '', vital: '', report: '', imaging: 'ox' },
    billing: { coverage: 'ox', claim: 'ox' },
    patient: {},
    operator: {},
    'security-officer': {},
    'compliance-officer': {},
    administrator: {},
    service: each('ox'),
  },
  // Patching goes with it.
  update: {
    physician: each('or', 'claim', 'coverage', 'appointment'),
    nurse: { patient: 'o', lab: 'o', vital: 'o', encounter: 'o', specimen: 'o' },
    'front-desk': { patient: 'ox', appointment: 'ox', coverage: 'ox' },
    pharmacist: { medication: 'ox' },
    laboratory: { lab: 'ox', vital: '', report: 'ox', specimen: 'ox' },
    radiology: { lab: '', vital: '', report: '', imaging: 'ox' },
    billing: { coverage: 'ox', claim: 'ox' },
    patient: {},
    operator: {},
    'security-officer': {},
    'compliance-officer': {},
    administrator: {},
    service: each('ox'),
  },
  delete: {
    physician: {},
    nurse: {},
    'front-desk': { appointment: 'ox' },
    pharmacist: {},
    laboratory: {},
    radiology: {},
    billing: {},
    patient: {},
    operator: {},
    'security-officer': {},
    'compliance-officer': {},
    administrator: {},
    service: each('ox'),
  },
}

/** What each role is not shown of what it sees. */
export const HIDDEN: Readonly<Partial<Record<Asking, Partial<Record<Sample, readonly string[]>>>>> = {
  'front-desk': { encounter: ['reasonCode'] },
  pharmacist: { patient: ['telecom'] },
  laboratory: { patient: ['telecom'] },
  radiology: { patient: ['telecom'] },
  billing: { encounter: ['reasonCode'] },
}

/** Who may read the audit trail, and review whose charts were opened in an emergency. */
export const READS_TRAIL: readonly Asking[] = ['security-officer', 'compliance-officer']
/** Who may open a chart in an emergency. */
export const OPENS: readonly Asking[] = ['physician', 'nurse']
