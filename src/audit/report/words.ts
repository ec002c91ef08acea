/** What is recorded, in words for the patient whose record it is. */
import type { Action, AuditEntry } from '../terms.ts'

/** As in "Looked at" and "Tried to look at". */
const VERBS: Readonly<Record<Action, readonly [past: string, infinitive: string]>> = {
  read: ['Looked at', 'look at'],
  vread: ['Looked at an earlier version of', 'look at an earlier version of'],
  search: ['Searched for and saw', 'search for'],
  history: ['Looked at all versions of', 'look at all versions of'],
  create: ['Added to', 'add to'],
  update: ['Changed', 'change'],
  patch: ['Changed', 'change'],
  delete: ['Deleted from', 'delete from'],
  transaction: ['Worked on', 'work on'],
  batch: ['Worked on', 'work on'],
  capabilities: ['Asked what the computer system can do with', 'ask what the computer system can do with'],
  operation: ['Worked with', 'work with'],
  export: ['Made a copy of', 'make a copy of'],
  'sign-in': ['Signed in to', 'sign in to'],
  'sign-out': ['Signed out of', 'sign out of'],
  'second-factor': ['Signed in to', 'sign in to'],
  account: ['Changed an account of', 'change an account of'],
  credential: ['Changed a password of', 'change a password of'],
  'api-key': ['Changed a key to', 'change a key to'],
  oversight: ['Noted what should be looked at about', 'note what should be looked at about'],
  restored: ['Put back from a backup', 'put back from a backup'],
  malformed: ['Noted something that can not be read about', 'note something about'],
  'rotate-key': ['Changed the keys of', 'change the keys of'],
  'destroy-key': ['Ended the keeping of', 'end the keeping of'],
  verify: ['Checked', 'check'],
}

/** Nothing for what none of these words fits: it is said by its English name. */
const THINGS: Readonly<Record<string, string>> = {
  Patient: 'your personal details',
  RelatedPerson: 'the details of your relatives and contacts',
  Observation: 'your measurements and test results',
  DiagnosticReport: 'your reports',
  ImagingStudy: 'your images',
  Media: 'your images',
  Specimen: 'your samples',
  Condition: 'your diagnoses and problems',
  AllergyIntolerance: 'your allergies',
  Procedure: 'your procedures',
  Immunization: 'your vaccinations',
  FamilyMemberHistory: 'your family history',
  Medication: 'your medicines',
  MedicationRequest: 'your prescriptions',
  MedicationStatement: 'your medicines',
  MedicationAdministration: 'your medicines',
  MedicationDispense: 'your medicines',
  ServiceRequest: 'the orders for you',
  Encounter: 'your visits and stays',
  EpisodeOfCare: 'your visits and stays',
  Appointment: 'your appointments',
  CarePlan: 'your care plans',
  CareTeam: 'the list of those who care for you',
  Goal: 'your care plans',
  DocumentReference: 'your documents',
  Composition: 'your documents',
  Binary: 'your documents',
  QuestionnaireResponse: 'your answers to questionnaires',
  Communication: 'messages about you',
  Consent: 'your consents',
  Coverage: 'your insurance',
  Claim: 'your bills',
  ClaimResponse: 'your bills',
  ExplanationOfBenefit: 'your bills',
  Invoice: 'your bills',
  Account: 'your bills',
  Provenance: 'the notes on where your data came from',
  AuditEvent: 'the list of who looked at your record',
}

/** More than this is "parts". */
const MOST_THINGS = 3
const WHOLE = 'your record'

const thing = (type: string): string =>
  THINGS[type] ?? `${WHOLE} (${type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()})`

/**
 * What it was done to. Of an entry about several patients it isn't said whose each part was: those may be others' parts,
 * and this goes to one of them.
 */
function what({ resources, patients, continues, more }: AuditEntry): string {
  if (patients.length > 1 || continues !== undefined || more !== undefined)
    return `${WHOLE}, in a list of several patients`
  const types = resources.flatMap((reference) => /^[A-Z][A-Za-z]+(?=\/|$)/.exec(reference)?.[0] ?? [])
  const things = [...new Set(types.map(thing))]
  if (things.length === 0 || things.length > MOST_THINGS)
    return things.length === 0 ? WHOLE : 'many parts of your record'
  return things.length === 1 ? (things[0] as string) : `${things.slice(0, -1).join(', ')} and ${things.at(-1)}`
}

/** What was done or tried, as a sentence without its end. */
export function deed(entry: AuditEntry): string {
  const [past, infinitive] = VERBS[entry.action]
  const object = what(entry)
  if (entry.outcome === 'cancelled') return `Began to ${infinitive} ${object}`
  if (entry.outcome !== 'success') return `Tried to ${infinitive} ${object}`
  return entry.action === 'search' && entry.resources.length === 0 ? `Searched ${object}` : `${past} ${object}`
}

/** How it ended, where it did not end well. */
export const ENDS: Readonly<Record<AuditEntry['outcome'], string>> = {
  success: '',
  refused: ': this was refused',
  failed: ': this failed',
  cancelled: ': this was broken off',
}

/** https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html */
const PURPOSES: Readonly<Record<string, string>> = {
  TREAT: 'to treat you',
  ETREAT: 'to treat you in an emergency',
  BTG: 'in an emergency',
  CAREMGT: 'to plan your care',
  COC: 'to plan your care',
  PATADMIN: 'to manage your visit or stay',
  PATRQT: 'because you asked for it',
  FAMRQT: 'because your family asked for it',
  PWATRNY: 'for somebody who acts for you',
  SUPNWK: 'for those who support you',
  HPAYMT: 'for bills and insurance',
  CLMATTCH: 'for bills and insurance',
  COVAUTH: 'for bills and insurance',
  COVERAGE: 'for bills and insurance',
  ELIGDTRM: 'for bills and insurance',
  ELIGVER: 'for bills and insurance',
  ENROLLM: 'for bills and insurance',
  REMITADV: 'for bills and insurance',
  HOPERAT: 'to run the hospital',
  HSYSADMIN: 'to look after the computer system',
  SYSDEV: 'to look after the computer system',
  HDM: 'to look after stored data',
  HQUALIMP: 'to make care better',
  PATSFTY: 'to keep patients safe',
  HCOMPL: 'to check that the rules are kept',
  HACCRED: 'to check that the rules are kept',
  FRAUD: 'to look into fraud',
  HLEGAL: 'for a legal matter',
  TRAIN: 'for training',
  HMARKT: 'for marketing',
  HRESCH: 'for research',
  CLINTRCH: 'for research',
  CLINTRL: 'for a clinical trial',
  PUBHLTH: 'to protect public health',
  DISASTER: 'in a disaster',
  THREAT: 'to keep somebody from harm',
  DECEDENT: 'after a death',
  DONAT: 'for a donation',
}

export const purpose = (code: string): string =>
  PURPOSES[code] ?? (code === '' ? 'for a purpose that was not given' : `for the purpose "${tidy(code)}"`)

/** Who did it, for a person to read. */
export function doer({ actor }: Pick<AuditEntry, 'actor'>): string {
  const name = tidy(actor.name ?? actor.id)
  switch (actor.kind) {
    case 'person':
      return name
    case 'client':
      return `the program ${name}`
    case 'system':
      return 'the computer system itself'
    case 'nobody':
      return 'somebody who had not signed in'
  }
}

/** Text that others wrote: without what would steer a terminal or turn round the order of what follows. */
export const tidy = (text: string): string =>
  text
    .replace(/[\p{Cc}\s\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 300)
