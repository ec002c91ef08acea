/** One synthetic patient with the chart of some years. Nobody is behind it: names, places and courses are drawn by chance. */
import {
  ALLERGIES,
  type Code,
  HBA1C,
  hl7,
  INFLUENZA,
  LABS,
  loinc,
  type Measure,
  PROBLEMS,
  type Problem,
  snomed,
  VACCINES,
  VITALS,
} from './codes.ts'
import { CITIES, FAMILIES, GIVEN, LANGUAGES, STREETS } from './people.ts'
import type { Random } from './random.ts'

export type Resource = { readonly resourceType: string } & Record<string, unknown>
export interface BundleEntry {
  readonly fullUrl: string
  readonly resource: Resource
  readonly request: { readonly method: 'POST'; readonly url: string; readonly ifNoneExist?: string }
}

const MRN = 'https://omnicare.example/mrn'
const VISITS_YEARS = 6
const category = (system: string, code: string, display: string) => [{ coding: [hl7(system)(code, display)] }]
const concept = (code: Code, text = code.display) => ({ coding: [code], text })

export interface Household {
  readonly family: string
  readonly address: object
}

export function household(random: Random): Household {
  const { city, state, zip } = random.pick(CITIES)
  const line = [`${random.whole(1, 240)} ${random.pick(STREETS)}`]
  return {
    family: random.pick(FAMILIES),
    address: { use: 'home', line, city, state, postalCode: `${zip}${random.whole(10, 99)}`, country: 'US' },
  }
}

/** Everything of one patient, each entry able to be posted in one transaction. */
export class Chart {
  readonly entries: BundleEntry[] = []
  readonly #random: Random
  readonly #today: Temporal.PlainDate
  readonly #patient: { readonly reference: string }
  readonly #doctor: { readonly reference: string; readonly display: string }
  readonly #born: Temporal.PlainDate
  readonly #problems: readonly Problem[]
  readonly #build: { readonly tall: number; readonly heavy: number; readonly gainKgAYear: number }

  constructor(
    random: Random,
    number: number,
    { family, address }: Household,
    today: Temporal.PlainDate,
    doctor: { reference: string; display: string },
  ) {
    this.#random = random
    this.#today = today
    this.#doctor = doctor
    const age = random.whole(0, 92)
    this.#born = today.subtract({ days: Math.floor(age * 365.25) + random.whole(1, 364) })
    const gender = random.chance(0.51) ? 'female' : 'male'
    this.#problems = PROBLEMS.filter(({ fromAge, share }) => age >= fromAge && random.chance(share))
    this.#build = {
      tall: random.near(1, 0.04, 3),
      heavy: random.near(1, 0.12, 3),
      gainKgAYear: random.near(0.1, 0.15, 2),
    }
    const language = random.pick(LANGUAGES)
    const reference = this.#add({
      resourceType: 'Patient',
      identifier: [
        {
          type: { coding: [hl7('v2-0203')('MR', 'Medical record number')] },
          system: MRN,
          value: `P${String(number).padStart(7, '0')}`,
        },
      ],
      active: true,
      name: [{ use: 'official', family, given: [random.pick(GIVEN[gender]), random.pick(GIVEN[gender])] }],
      telecom: [{ system: 'phone', value: `555-01${random.whole(10, 99)}-${random.whole(1000, 9999)}`, use: 'mobile' }],
      gender,
      birthDate: this.#born.toString(),
      address: [address],
      ...(age >= 18
        ? {
            maritalStatus: {
              coding: [
                random.chance(0.6)
                  ? hl7('v3-MaritalStatus')('M', 'Married')
                  : hl7('v3-MaritalStatus')('S', 'Never Married'),
              ],
            },
          }
        : {}),
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', ...language }] }, preferred: true }],
    })
    this.#patient = { reference }
    this.#history()
    this.#vaccines()
    this.#visits()
  }

  #add(resource: Resource): string {
    const fullUrl = `urn:uuid:${this.#random.uuid()}`
    this.entries.push({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } })
    return fullUrl
  }

  #history(): void {
    for (const { code, icd10, medication, fromAge } of this.#problems) {
      const sinceDays = this.#random.whole(200, 365 * VISITS_YEARS)
      const earliest = this.#born.add({ years: fromAge })
      const given = this.#today.subtract({ days: sinceDays })
      const onset = (Temporal.PlainDate.compare(given, earliest) < 0 ? earliest : given).toString()
      const condition = this.#add({
        resourceType: 'Condition',
        clinicalStatus: { coding: [hl7('condition-clinical')('active', 'Active')] },
        verificationStatus: { coding: [hl7('condition-ver-status')('confirmed', 'Confirmed')] },
        category: category('condition-category', 'problem-list-item', 'Problem List Item'),
        code: { coding: [code, { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: icd10 }], text: code.display },
        subject: this.#patient,
        onsetDateTime: onset,
        recordedDate: onset,
      })
      if (medication !== undefined)
        this.#add({
          resourceType: 'MedicationRequest',
          status: 'active',
          intent: 'order',
          medicationCodeableConcept: concept(medication.code),
          subject: this.#patient,
          authoredOn: onset,
          requester: this.#doctor,
          reasonReference: [{ reference: condition }],
          dosageInstruction: [{ text: medication.dose }],
        })
    }
    if (!this.#random.chance(0.2)) return
    const allergy = this.#random.pick(ALLERGIES)
    this.#add({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: { coding: [hl7('allergyintolerance-clinical')('active', 'Active')] },
      verificationStatus: { coding: [hl7('allergyintolerance-verification')('confirmed', 'Confirmed')] },
      type: 'allergy',
      category: [allergy.category],
      code: concept(allergy.code),
      patient: this.#patient,
      reaction: [{ manifestation: [concept(allergy.reaction)], severity: this.#random.pick(['mild', 'moderate']) }],
    })
  }

  #vaccines(): void {
    const give = (code: Code, on: Temporal.PlainDate) => {
      if (Temporal.PlainDate.compare(on, this.#today) >= 0) return
      this.#add({
        resourceType: 'Immunization',
        status: 'completed',
        vaccineCode: concept(code),
        patient: this.#patient,
        occurrenceDateTime: on.toString(),
        primarySource: true,
      })
    }
    for (const { code, ages } of VACCINES)
      for (const age of ages) give(code, this.#born.add({ days: Math.round(age * 365.25) }))
    for (let year = 1; year <= VISITS_YEARS; year++) {
      const on = this.#today.subtract({ years: year }).with({ month: 10, day: this.#random.whole(1, 28) })
      if (Temporal.PlainDate.compare(on, this.#born) > 0 && this.#random.chance(0.6)) give(INFLUENZA, on)
    }
  }

  /** Visits become more frequent with problems; treatment brings the numbers down from visit to visit. */
  #visits(): void {
    const count = 3 + this.#problems.length * 2
    for (let visit = 0; visit < count; visit++) {
      const day = this.#today.subtract({
        days: Math.round(((count - visit) / count) * VISITS_YEARS * 365) - this.#random.whole(0, 30),
      })
      if (Temporal.PlainDate.compare(day, this.#born) <= 0 || Temporal.PlainDate.compare(day, this.#today) >= 0)
        continue
      this.#visit(day, (count - visit) / count)
    }
    const next = this.#today.add({ days: this.#random.whole(7, 120) })
    const start = `${next}T${String(this.#random.whole(8, 15)).padStart(2, '0')}:30:00-05:00`
    this.#add({
      resourceType: 'Appointment',
      status: 'booked',
      description: 'Follow-up visit',
      start,
      end: start.replace(':30:00', ':50:00'),
      participant: [
        { actor: this.#patient, status: 'accepted' },
        { actor: this.#doctor, status: 'accepted' },
      ],
    })
  }

  #visit(day: Temporal.PlainDate, untreated: number): void {
    const hour = String(this.#random.whole(8, 16)).padStart(2, '0')
    const at = `${day}T${hour}:15:00-05:00`
    const encounter = this.#add({
      resourceType: 'Encounter',
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      type: [concept(snomed('185349003', 'Encounter for check up'))],
      subject: this.#patient,
      participant: [{ individual: this.#doctor }],
      period: { start: at, end: at.replace(':15:00', ':45:00') },
    })
    const raised = (kind: Problem['raises']) => (this.#problems.some(({ raises }) => raises === kind) ? untreated : 0)
    const years = this.#born.until(day, { largestUnit: 'years' }).years
    this.#pressure(encounter, at, years, raised('pressure'))
    for (const vital of VITALS) this.#measured(vital, encounter, at, 'vital-signs', 'Vital Signs', 0)
    this.#body(encounter, at, years)
    if (!this.#random.chance(0.6)) return
    const glucose = raised('glucose')
    const results = LABS.map((lab) =>
      this.#measured(lab, encounter, at, 'laboratory', 'Laboratory', lab.code.code === '2345-7' ? glucose * 60 : 0),
    )
    if (this.#problems.some(({ raises }) => raises === 'glucose'))
      results.push(this.#measured(HBA1C, encounter, at, 'laboratory', 'Laboratory', 1.2 + glucose * 2.5))
    this.#add({
      resourceType: 'DiagnosticReport',
      status: 'final',
      category: [{ coding: [hl7('v2-0074')('LAB', 'Laboratory')] }],
      code: concept(loinc('24323-8', 'Comprehensive metabolic 2000 panel - Serum or Plasma')),
      subject: this.#patient,
      encounter: { reference: encounter },
      effectiveDateTime: at,
      issued: at,
      result: results.map((reference) => ({ reference })),
    })
  }

  #observation(code: Code, encounter: string, at: string, kind: string, display: string, more: object): string {
    return this.#add({
      resourceType: 'Observation',
      status: 'final',
      category: category('observation-category', kind, display),
      code: concept(code),
      subject: this.#patient,
      encounter: { reference: encounter },
      effectiveDateTime: at,
      performer: [this.#doctor],
      ...more,
    })
  }

  #measured(
    { code, unit, mean, spread, decimals, low, high }: Measure,
    encounter: string,
    at: string,
    kind: string,
    display: string,
    raise: number,
  ): string {
    const value = this.#random.near(mean + raise, spread, decimals)
    const bound = (limit: number) => quantity(limit, unit)
    const range =
      low === undefined || high === undefined ? {} : { referenceRange: [{ low: bound(low), high: bound(high) }] }
    const flag =
      high !== undefined && value > high
        ? ['H', 'High']
        : low !== undefined && value < low
          ? ['L', 'Low']
          : ['N', 'Normal']
    const interpretation =
      high === undefined
        ? {}
        : { interpretation: [{ coding: [hl7('v3-ObservationInterpretation')(flag[0] as string, flag[1] as string)] }] }
    return this.#observation(code, encounter, at, kind, display, {
      valueQuantity: quantity(value, unit),
      ...interpretation,
      ...range,
    })
  }

  #pressure(encounter: string, at: string, years: number, raised: number): void {
    const systolic = this.#random.near(90 + Math.min(years, 40) * 0.75 + raised * 35, 6)
    const component = (code: Code, value: number) => ({ code: concept(code), valueQuantity: quantity(value, 'mm[Hg]') })
    this.#observation(
      loinc('85354-9', 'Blood pressure panel with all children optional'),
      encounter,
      at,
      'vital-signs',
      'Vital Signs',
      {
        component: [
          component(loinc('8480-6', 'Systolic blood pressure'), systolic),
          component(loinc('8462-4', 'Diastolic blood pressure'), Math.round(systolic * 0.64)),
        ],
      },
    )
  }

  #body(encounter: string, at: string, years: number): void {
    const grown = Math.min(years, 18)
    // Tall stays tall: from visit to visit only measuring differs, and the weight goes its way.
    const height = this.#random.near((52 + grown * 6.6) * this.#build.tall, 0.4, 1)
    const drift = grown < 18 ? 0 : (years - 18) * this.#build.gainKgAYear
    const weight = this.#random.near((grown < 18 ? 4 + grown * 3.4 : 70) * this.#build.heavy + drift, 0.7, 1)
    const vital = (code: Code, value: number, unit: string) =>
      this.#observation(code, encounter, at, 'vital-signs', 'Vital Signs', { valueQuantity: quantity(value, unit) })
    vital(loinc('8302-2', 'Body height'), height, 'cm')
    vital(loinc('29463-7', 'Body weight'), weight, 'kg')
    vital(loinc('39156-5', 'Body mass index (BMI) [Ratio]'), Number((weight / (height / 100) ** 2).toFixed(1)), 'kg/m2')
  }
}

const quantity = (value: number, unit: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit })
