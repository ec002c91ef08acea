/** What is hidden is answered as what isn't there is: by the same statements, and in the same time. */
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Sql } from '#foundation/sql.ts'
import { type ChartGround, chartGround, idOf, type Sample, typeOf } from '../support/chart-ground.ts'
import { ofSuite } from '../support/suite.ts'
import { type Case, CHANGING, DELETING, LOOKING } from './ways.ts'

const ROUNDS = 250
/** A difference that is there is there each time; one that a busy machine makes up isn't. */
const TRIES = 3
/** How far two that take the same path may lie apart. */
const TOLERANCE = 0.15
const PLANTED_MS = 2
/** Where a read itself takes long, because others keep the machine busy, it is such a share of it. */
const PLANTED_SHARE = 0.4
/** That much more is seen in fewer. */
const PLANTED_ROUNDS = 80

/** Nobody cares for `other`: a physician sees none of it. */
const HIDDEN: readonly Sample[] = ['patient', 'lab', 'condition', 'encounter']

describe('what a physician may not see', () => {
  let ground: ChartGround
  const nothing = async () => undefined
  let sent: (statement: Sql) => Promise<void> = nothing
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite, { sent: (statement) => sent(statement) })
  })
  beforeEach(() => {
    sent = nothing
  })
  const hidden = (sample: Sample): Case => ({
    role: 'physician',
    sample,
    whose: 'other',
    type: typeOf(sample),
    id: idOf(sample, 'other'),
    send: ground.as('physician'),
  })
  /** Of an id that nobody has, as long as the hidden one. */
  const absent = (one: Case): Case => ({ ...one, id: one.id.replace(/^other/, 'absen') })

  const ways = Object.entries({
    ...LOOKING,
    ...Object.fromEntries(Object.entries(CHANGING).map(([name, { way }]) => [name, way])),
    ...DELETING,
    // Those list what there is, and ask for no id.
  }).filter(([name]) => !/^GET \/fhir\/R4(\/:type)?\/_history$/.test(name))

  for (const [name, way] of ways)
    test(`${name}: the statements for it are those for what isn’t there`, async () => {
      const statementsOf = async (one: Case): Promise<string[]> => {
        const texts: string[] = []
        sent = async ({ text }) => void texts.push(text)
        await way(one)
        return texts.toSorted()
      }
      for (const sample of HIDDEN) {
        const one = hidden(sample)
        await way(one)
        const forAbsent = await statementsOf(absent(one))
        assert.ok(forAbsent.length > 0)
        assert.deepEqual(await statementsOf(one), forAbsent, sample)
      }
    })

  /** Reads both in turns; gives how much longer the median of the hidden one is, as a share of the other's. */
  const apart = async (rounds: number): Promise<number> => {
    const one = hidden('lab')
    const both = [one, absent(one)].map(({ id }) => ({ id, took: [] as number[] }))
    for (let round = 0; round < rounds; round++)
      for (const { id, took } of round % 2 === 0 ? both : both.toReversed()) {
        const began = performance.now()
        assert.equal((await one.send('GET', `${one.type}/${id}`)).status, 404)
        took.push(performance.now() - began)
      }
    const [ofHidden = 0, ofAbsent = 0] = both.map(({ took }) => median(took))
    return ofHidden / ofAbsent - 1
  }

  /** The least of some tries, and no more of them than it takes to lie within the tolerance. */
  const leastApart = async (rounds: number, tries = TRIES): Promise<number> => {
    const difference = await apart(rounds)
    if (Math.abs(difference) < TOLERANCE || tries === 1) return difference
    const next = await leastApart(rounds, tries - 1)
    return Math.abs(next) < Math.abs(difference) ? next : difference
  }

  test('is refused in the time that it takes to find nothing', async (t) => {
    await apart(30)
    const difference = await leastApart(ROUNDS)
    t.diagnostic(`the medians lie ${(100 * difference).toFixed(1)} % apart`)
    assert.ok(Math.abs(difference) < TOLERANCE, `${(100 * difference).toFixed(1)} %`)
  })

  test('would be told by its time if it took two milliseconds more', async (t) => {
    const one = hidden('lab')
    const readMs = await medianMs(30, () => one.send('GET', `${one.type}/${one.id}`))
    sent = async ({ values }) => {
      if (JSON.stringify(values).includes(one.id)) await delay(Math.max(PLANTED_MS, PLANTED_SHARE * readMs))
    }
    const difference = await leastApart(PLANTED_ROUNDS)
    t.diagnostic(`the medians lie ${(100 * difference).toFixed(1)} % apart`)
    assert.ok(difference > TOLERANCE, `${(100 * difference).toFixed(1)} %`)
  })
})

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number

async function medianMs(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await work()
    took.push(performance.now() - began)
  }
  return median(took)
}
