import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { find } from '../../web/palette/find.ts'

const offers = [
  { key: 'people', says: 'People', kind: 'Page', also: 'accounts roles' },
  { key: 'alerts', says: 'Alerts', kind: 'Page' },
  { key: 'keys', says: 'API keys', kind: 'Page' },
  { key: 'slow', says: 'The record answers slowly', kind: 'Alert' },
].map((offer) => ({ ...offer, run: () => undefined }))
const found = (typed: string) => find(offers, typed).map(({ key }) => key)

describe('the palette', () => {
  test('offers everything in its order while nothing is typed', () => {
    assert.deepEqual(found(' '), ['people', 'alerts', 'keys', 'slow'])
  })

  test('finds by the beginnings of words, in any case and order', () => {
    assert.deepEqual(found('KEY ap'), ['keys'])
    assert.deepEqual(found('slow rec'), ['slow'])
    assert.deepEqual(found('eople'), [])
  })

  test('offers what is called so before what is that kind or also called so', () => {
    assert.deepEqual(found('alert'), ['alerts', 'slow'])
    assert.deepEqual(found('accounts'), ['people'])
  })
})
