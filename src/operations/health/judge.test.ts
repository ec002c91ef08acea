import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { causesOf, explained, serviceVerdict, steadied } from './judge.ts'
import type { ProbeState, Verdict } from './terms.ts'

const state = (name: string, verdict: Verdict, more: Partial<ProbeState> = {}): ProbeState => ({
  name,
  verdict,
  asks: '?',
  section: 'database',
  criticality: 'high',
  bears: 'service',
  carries: 'something',
  needs: [],
  everySeconds: 5,
  timeoutSeconds: 3,
  steady: 1,
  runbook: 'docs/runbooks/disk-full.md',
  ...more,
})

describe('a verdict', () => {
  test('that goes to and fro changes only once it was answered several times in a row', () => {
    const answers: Verdict[] = ['pass', 'fail', 'pass', 'fail', 'fail', 'pass', 'fail', 'pass', 'pass']
    let current: Verdict | undefined
    let considered: Parameters<typeof steadied>[1]
    const taken = answers.map((answered) => {
      const next = steadied(current, considered, answered, 2)
      current = next.verdict
      considered = next.considered
      return current
    })
    assert.deepEqual(taken, ['pass', 'pass', 'pass', 'pass', 'fail', 'fail', 'fail', 'fail', 'pass'])
  })

  test('that swings between two kinds of bad is bad', () => {
    assert.deepEqual(steadied('pass', { verdict: 'warn', times: 1 }, 'fail', 2), { verdict: 'fail' })
  })

  test('is taken at once when it is the first, or when nothing else was asked for', () => {
    assert.deepEqual(steadied(undefined, undefined, 'fail', 3), { verdict: 'fail' })
    assert.deepEqual(steadied('pass', undefined, 'fail', 1), { verdict: 'fail' })
  })
})

describe('what explains what', () => {
  const down = [
    state('record:database', 'fail', { criticality: 'critical' }),
    state('hospital:ready', 'fail', { needs: ['record:database'] }),
    state('audit:sealing', 'warn', { needs: ['record:database', 'control:database'] }),
    state('front:page', 'fail', { needs: ['hospital:ready'] }),
    state('control:database', 'pass'),
    state('machine:disk', 'warn', { bears: 'care' }),
  ]

  test('is the last of what fails, however long the chain', () => {
    assert.deepEqual(Object.fromEntries(explained(down)), {
      'hospital:ready': 'record:database',
      'audit:sealing': 'record:database',
      'front:page': 'record:database',
    })
  })

  test('leaves the causes, the worst first, each with what depends on it', () => {
    assert.deepEqual(
      causesOf(down).map(({ probe, dependents }) => [probe, dependents]),
      [
        ['record:database', ['hospital:ready', 'audit:sealing', 'front:page']],
        ['machine:disk', []],
      ],
    )
  })

  test('is not a warning: what only warns has not taken anything along', () => {
    const states = [state('a:a', 'warn'), state('b:b', 'fail', { needs: ['a:a'] })]
    assert.deepEqual([...explained(states)], [])
  })

  test('ends where needs go in a circle', () => {
    const states = [state('a:a', 'fail', { needs: ['b:b'] }), state('b:b', 'fail', { needs: ['a:a'] })]
    assert.deepEqual(Object.fromEntries(explained(states)), { 'a:a': 'b:b', 'b:b': 'a:a' })
  })
})

describe('the verdict of the service', () => {
  test('is that of what bears it, and not of what is only to be seen to', () => {
    assert.equal(serviceVerdict([state('a:a', 'pass'), state('b:b', 'fail', { bears: 'care' })]), 'pass')
    assert.equal(serviceVerdict([state('a:a', 'pass'), state('b:b', 'warn')]), 'warn')
    assert.equal(serviceVerdict([state('a:a', 'warn'), state('b:b', 'fail')]), 'fail')
  })

  test('is not well while something was never answered', () => {
    const { verdict: _, ...never } = state('a:a', 'pass')
    assert.equal(serviceVerdict([never]), 'warn')
  })
})
