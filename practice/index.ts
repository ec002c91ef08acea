/** The practice hospital: synthetic patients to learn, try and measure with. */

import { type BundleEntry, Chart, type Household, household } from './patient.ts'
import { FAMILIES, GIVEN } from './people.ts'
import { Random } from './random.ts'

export interface PracticeOptions {
  readonly count: number
  readonly seed: number
  /** The day on which the charts end. */
  readonly today: Temporal.PlainDate
}

export interface PracticeBundle {
  readonly resourceType: 'Bundle'
  readonly type: 'transaction'
  readonly entry: readonly BundleEntry[]
}

const NPI = 'http://hl7.org/fhir/sid/us-npi'
const DOCTORS = 6

/** The hospital's staff in the first bundle, then a bundle for each patient. The same options give the same bytes. */
export function* practiceBundles({ count, seed, today }: PracticeOptions): Generator<PracticeBundle> {
  const doctors = staff()
  yield bundle(doctors.map(({ entry }) => entry))
  const random = new Random(seed)
  let home: Household = household(random)
  for (let number = 1; number <= count; number++) {
    // About every other patient lives with the one before.
    if (random.chance(0.5)) home = household(random)
    const doctor = random.pick(doctors)
    yield bundle(
      new Chart(random, seed * 1_000_000 + number, home, today, { reference: doctor.search, display: doctor.display })
        .entries,
    )
  }
}

const bundle = (entry: readonly BundleEntry[]): PracticeBundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry,
})

/** The same for every seed, and stored once however often patients are loaded. */
function staff(): { readonly entry: BundleEntry; readonly search: string; readonly display: string }[] {
  const random = new Random(0)
  return Array.from({ length: DOCTORS }, (_, index) => {
    const family = random.pick(FAMILIES)
    const gender = random.pick(['female', 'male'] as const)
    const given = random.pick(GIVEN[gender])
    const value = `9${String(index + 1).padStart(9, '0')}`
    const criteria = `identifier=${encodeURIComponent(`${NPI}|${value}`)}`
    return {
      search: `Practitioner?${criteria}`,
      display: `Dr. ${given} ${family}`,
      entry: {
        fullUrl: `urn:uuid:${random.uuid()}`,
        resource: {
          resourceType: 'Practitioner',
          identifier: [{ system: NPI, value }],
          active: true,
          name: [{ family, given: [given], prefix: ['Dr.'] }],
          gender,
        },
        request: { method: 'POST', url: 'Practitioner', ifNoneExist: criteria },
      },
    }
  })
}
