/** Reads of several people go together in one statement: each is held to their own reach, and has an entry of their own. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Sql } from '#foundation/sql.ts'
import { type ChartGround, chartGround, PATIENTS } from '../support/chart-ground.ts'
import { takeEntries } from '../support/intake.ts'
import { ofSuite } from '../support/suite.ts'

const EACH = 4
/** Launched with a patient, a program sees of charts that one only; nobody sees what is labelled. */
const LAUNCHED = ['own', 'other'] as const

describe('programs that were launched with different patients and read at once', () => {
  let ground: ChartGround
  const statements: Sql[] = []
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite, { sent: async (statement) => void statements.push(statement) })
  })

  test('get what each may see, by one statement for several of them, and each read is told of as theirs', async () => {
    const programs = LAUNCHED.map((launched) => ({ launched, send: ground.as('service', 'patient/*.rs', launched) }))
    for (const { launched, send } of programs)
      assert.equal((await send('GET', `Observation/${launched}-lab`)).status, 200)
    statements.length = 0
    const asked = Array.from({ length: EACH }, () =>
      programs.flatMap(({ launched, send }) => PATIENTS.map((whose) => ({ launched, send, whose }))),
    ).flat()
    const answers = await Promise.all(
      asked.map(async ({ launched, send, whose }) => {
        const { status, json, headers } = await send('GET', `Observation/${whose}-lab`)
        return { launched, whose, status, json, request: headers.get('x-request-id') }
      }),
    )

    for (const { launched, whose, status, json } of answers) {
      assert.equal(status, launched === whose ? 200 : 404, `${launched} ${whose}`)
      if (status === 200) assert.equal((json.subject as { reference: string }).reference, `Patient/${launched}`)
    }
    const shared = statements.filter(({ text, values }) => {
      const said = JSON.stringify(values)
      return text.includes('audit.intake') && LAUNCHED.every((launched) => said.includes(`${launched}-lab`))
    })
    assert.ok(shared.length > 0, 'several went together')
    const entries = await takeEntries(ground.hospital.db)
    for (const { launched, status, request } of answers) {
      const own = entries.filter((entry) => entry.request === request)
      assert.equal(own.length, 1)
      assert.equal(own[0]?.status, status)
      assert.deepEqual(own[0]?.patients, status === 200 ? [`Patient/${launched}`] : [])
    }
  })
})
