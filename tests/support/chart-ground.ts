/** A hospital with three patients, and somebody of each role who is let in by a token that names the role. */
import assert from 'node:assert/strict'
import { type Access, ROLES, type Role, scopesOf, type Trust } from '#identity/entry'
import { identityFaults } from '../../src/identity/faults.ts'
import { clientOf, type Send } from './client.ts'
import { startHospital, type TestHospital } from './hospital.ts'

/**
 * `own` is cared for by Dora (physician) and Nora (nurse), and is the patient Pat; nobody cares for `other`; `restricted` is
 * cared for by both and labelled R.
 */
export const PATIENTS = ['own', 'other', 'restricted'] as const
export type Whose = (typeof PATIENTS)[number]

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const coded = (code: string, system = 'urn:test') => ({ coding: [{ system, code }] })

export type Sample = keyof typeof SAMPLES
type Make = (patient: string) => { readonly resourceType: string } & Record<string, unknown>

const ofSubject = (patient: string) => ({ subject: { reference: `Patient/${patient}` } })
const ofPatient = (patient: string) => ({ patient: { reference: `Patient/${patient}` } })
const observation = (patient: string, category: string) => ({
  resourceType: 'Observation',
  status: 'final',
  category: [coded(category, CATEGORY)],
  code: coded('sodium'),
  ...ofSubject(patient),
})

/** A resource of each kind that the roles are told apart by, about one patient. */
export const SAMPLES = {
  patient: (patient: string) => ({
    resourceType: 'Patient',
    active: true,
    name: [{ family: 'Sample' }],
    telecom: [{ system: 'phone', value: `phone-of-${patient}` }],
    ...(patient === 'restricted' && {
      meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] },
    }),
  }),
  lab: (patient: string) => observation(patient, 'laboratory'),
  vital: (patient: string) => observation(patient, 'vital-signs'),
  condition: (patient: string) => ({ resourceType: 'Condition', code: coded('flu'), ...ofSubject(patient) }),
  medication: (patient: string) => ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: coded('aspirin'),
    ...ofSubject(patient),
  }),
  allergy: (patient: string) => ({ resourceType: 'AllergyIntolerance', code: coded('nuts'), ...ofPatient(patient) }),
  encounter: (patient: string) => ({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { code: 'IMP' },
    reasonCode: [coded(`reason-of-${patient}`)],
    ...ofSubject(patient),
  }),
  appointment: (patient: string) => ({
    resourceType: 'Appointment',
    status: 'booked',
    participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
  }),
  coverage: (patient: string) => ({
    resourceType: 'Coverage',
    status: 'active',
    beneficiary: { reference: `Patient/${patient}` },
    payor: [{ display: 'an insurer' }],
  }),
  claim: (patient: string) => ({
    resourceType: 'Claim',
    status: 'active',
    type: coded('institutional'),
    use: 'claim',
    created: '2026-01-01',
    provider: { display: 'us' },
    priority: coded('normal'),
    insurance: [{ sequence: 1, focal: true, coverage: { display: 'one' } }],
    ...ofPatient(patient),
  }),
  report: (patient: string) => ({
    resourceType: 'DiagnosticReport',
    status: 'final',
    category: [coded('LAB', 'http://terminology.hl7.org/CodeSystem/v2-0074')],
    code: coded('panel'),
    ...ofSubject(patient),
  }),
  imaging: (patient: string) => ({ resourceType: 'ImagingStudy', status: 'available', ...ofSubject(patient) }),
  specimen: (patient: string) => ({ resourceType: 'Specimen', status: 'available', ...ofSubject(patient) }),
} as const satisfies Record<string, Make>

export const SAMPLE_NAMES = Object.keys(SAMPLES) as Sample[]
export const typeOf = (sample: Sample): string => SAMPLES[sample]('x').resourceType

/** The id of a sample: Patients are named as they are called. */
export const idOf = (sample: Sample, whose: Whose): string => (sample === 'patient' ? whose : `${whose}-${sample}`)

const USERS: Partial<Record<Role, string>> = {
  physician: 'Practitioner/dora',
  nurse: 'Practitioner/nora',
  patient: 'Patient/own',
}

/** The token of somebody: `as.<role>`, and after another dot the scopes, separated by `+`, and the launched patient. */
const tokenOf = (role: Role | 'service', scopes?: string, patient?: string): string =>
  [`as.${role}`, ...(scopes === undefined ? [] : [encodeURIComponent(scopes), patient ?? ''])].join('!')

const known = new Map<string, Access>()

function accessOf(text: string): Access {
  const [who = '', scopes, patient] = text.split('!')
  const role = who.replace('as.', '') as Role | 'service'
  const isService = role === 'service'
  if (!isService) assert.ok(ROLES.includes(role), role)
  return {
    subject: { kind: isService ? 'client' : 'person', id: `person-${role}`, name: role },
    roles: isService ? [] : [role as Role],
    scopes: scopes === undefined ? 'all' : scopesOf(decodeURIComponent(scopes)).smart,
    ...(scopes !== undefined && { client: 'app' }),
    ...(USERS[role as Role] !== undefined && { fhirUser: USERS[role as Role] as string }),
    ...(patient && { patient }),
    purpose: 'TREAT',
    breakGlass: false,
  }
}

/** Lets in whoever names a role. */
const trust: Trust = {
  check(token: string): Access {
    if (!token.startsWith('as.')) throw identityFaults['bad-token']()
    const access = known.get(token) ?? accessOf(token)
    known.set(token, access)
    return access
  },
  issuer: () => undefined,
} as unknown as Trust

export interface ChartGround {
  readonly hospital: TestHospital
  /** As the machine's owner. */
  readonly owner: Send
  readonly as: (role: Role | 'service', scopes?: string, patient?: string) => Send
}

/** @param options of `startHospital` */
export async function chartGround(
  t: Parameters<typeof startHospital>[0],
  options: Parameters<typeof startHospital>[1] = {},
): Promise<ChartGround> {
  const hospital = await startHospital(t, { ...options, references: 'off', trust })
  const owner = clientOf(hospital)
  const put = async (resource: { readonly resourceType: string; readonly id: string }) => {
    const answer = await owner('PUT', `${resource.resourceType}/${resource.id}`, resource)
    assert.ok(answer.status < 300, answer.body)
  }
  // Twice: there is a version of the past.
  for (const whose of PATIENTS)
    for (const sample of SAMPLE_NAMES)
      for (let time = 0; time < 2; time++)
        await put({ ...SAMPLES[sample](whose), id: idOf(sample, whose), language: ['en', 'de'][time] } as never)
  for (const whose of ['own', 'restricted'])
    await put({
      resourceType: 'CareTeam',
      id: `${whose}-team`,
      status: 'active',
      ...ofSubject(whose),
      participant: ['dora', 'nora'].map((id) => ({ member: { reference: `Practitioner/${id}` } })),
    } as never)
  return {
    hospital,
    owner,
    as: (role, scopes, patient) => clientOf({ base: hospital.base, token: tokenOf(role, scopes, patient) }),
  }
}
