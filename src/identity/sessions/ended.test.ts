import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openEndedList } from './ended.ts'

const AT = '2026-05-04T07:00:00Z'
const issuedMs = Date.parse(AT)

describe('the list of what has ended', () => {
  test('refuses tokens that were issued before, and none after', async () => {
    const list = openEndedList({ ask: async () => [{ kind: 'person', id: 'ada', at: AT }], nowMs: () => issuedMs })
    assert.equal(list.isEnded({ person: 'ada', issuedMs }), false)
    await list.refresh()
    assert.equal(list.isEnded({ person: 'ada', issuedMs }), true)
    assert.equal(list.isEnded({ person: 'ada', issuedMs: issuedMs + 1_000 }), false)
    assert.equal(list.isEnded({ person: 'bob', session: 'ada', issuedMs }), false)
  })

  test('goes on counting when nobody answers, and says how old it is', async () => {
    let answers = true
    let now = issuedMs
    const ask = async () => {
      if (!answers) throw new Error('nobody answers')
      return [{ kind: 'session', id: 's', at: AT }] as const
    }
    const list = openEndedList({ ask, nowMs: () => now })
    assert.equal(list.ageMs(), Number.POSITIVE_INFINITY)
    await list.refresh()
    answers = false
    now += 9_000
    await assert.rejects(list.refresh(), /nobody answers/)
    assert.equal(list.isEnded({ session: 's', issuedMs }), true)
    assert.equal(list.ageMs(), 9_000)
  })
})
