import { systemClock } from '#foundation/clock.ts'
import { type Believed, openFetch } from '#foundation/tls/calls.ts'
import { practiceBundles } from '#practice'
import { load } from '../import/load.ts'
import type { Unit } from '../import/unit.ts'

export interface PracticeLoad {
  readonly address: string
  readonly token: string
  readonly count: number
  readonly seed: number
  /** Certificates of the installation, when it speaks TLS. */
  readonly believed?: Believed | undefined
}

const TOGETHER = 2

/** Fills an empty record with practice patients; gives how many, 0 when somebody is there already. */
export async function loadPractice({ address, token, count, seed, believed }: PracticeLoad): Promise<number> {
  const found = await openFetch(believed)(`${address}/fhir/R4/Patient?_summary=count`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { total } = (await found.json()) as { total?: number }
  if (total !== 0) return 0
  const units = practiceUnits({ count, seed, today: systemClock().toZonedDateTimeISO('UTC').toPlainDate() })
  const target = { url: address, token, believed }
  // The staff first: the charts refer to it.
  const first = await units.next()
  if (first.done !== true) await load(one(first.value), target, 1, () => undefined)
  await load(units, target, TOGETHER, () => undefined)
  return count
}

async function* one(unit: Unit): AsyncGenerator<Unit> {
  yield unit
}

export async function* practiceUnits(options: Parameters<typeof practiceBundles>[0]): AsyncGenerator<Unit> {
  let number = 0
  for (const bundle of practiceBundles(options))
    yield { from: `practice patient ${number++}`, text: JSON.stringify(bundle) }
}
