import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loggedRequest } from '#foundation/logged-request.ts'
import { entryOf } from '../../../tests/support/ledger.ts'
import { ACTIONS, ACTOR_KINDS, type AuditEntry, OUTCOMES } from '../terms.ts'
import { agentOf } from './agent.ts'
import { lineOf } from './line.ts'

interface Line {
  readonly message: string
  readonly event: Readonly<Record<string, unknown>>
  readonly omnicare: Readonly<Record<string, unknown>>
}

const read = (entry: Partial<AuditEntry>): Line => {
  const line = lineOf({ index: 7, source: 'record', entry: entryOf(entry), lost: false }, 'phi-access')
  assert.equal(line.indexOf('\n'), line.length - 1)
  return JSON.parse(line) as Line
}

/** https://www.elastic.co/guide/en/ecs/current/ecs-allowed-values-event-category.html */
const CATEGORIES = ['authentication', 'configuration', 'database', 'iam', 'session', 'web']
const TYPES = ['access', 'change', 'creation', 'deletion', 'denied', 'end', 'info', 'start', 'user']

describe('a line of the audit log', () => {
  test('has of the access to a record what the manual of the HMS has: user, action, resource, address, agent', () => {
    const line = read({
      at: '2026-11-25T08:15:00.000Z',
      id: '01930000-0000-7000-8000-000000000001',
      actor: { kind: 'person', id: 'ada', name: 'Ada Lovelace' },
      patients: ['Patient/12345'],
      resources: ['Observation/9/_history/1'],
      address: '10.1.2.3',
      agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
    })
    assert.deepEqual(line, {
      '@timestamp': '2026-11-25T08:15:00.000Z',
      'ecs.version': '8.10.0',
      'log.level': 'info',
      message: 'AUDIT PATIENT_RECORD_ACCESS success patient:12345 by ada',
      event: {
        kind: 'event',
        sequence: 7,
        dataset: 'omnicare.phi_access',
        id: '01930000-0000-7000-8000-000000000001',
        action: 'PATIENT_RECORD_ACCESS',
        category: ['web'],
        type: ['access'],
        outcome: 'success',
      },
      user: { id: 'ada', roles: ['clinician'] },
      source: { address: '10.1.2.3', ip: '10.1.2.3' },
      user_agent: { name: 'Firefox', version: '142' },
      http: { request: { id: loggedRequest('request-1') }, response: { status_code: 200 } },
      service: { name: 'omnicare-hospital' },
      omnicare: {
        action: 'read',
        actor: 'person',
        purpose: 'TREAT',
        resource: 'patient:12345',
        resources: ['Observation/9/_history/1'],
        patients: ['Patient/12345'],
      },
    })
  })

  test('has names of actions, categories, types and outcomes that Elastic knows, whatever happened', () => {
    for (const action of ACTIONS)
      for (const outcome of OUTCOMES)
        for (const kind of ACTOR_KINDS)
          for (const patients of [['Patient/1'], []]) {
            const { message, event } = read({ action, outcome, patients, actor: { kind, id: 'a' } })
            assert.match(message, /^AUDIT /)
            assert.match(String(event.action), /^[A-Z_]+$/)
            assert.equal(patients.length > 0, String(event.action).startsWith('PATIENT_RECORD_'))
            assert.ok((event.category as string[]).every((one) => CATEGORIES.includes(one)))
            assert.ok((event.type as string[]).every((one) => TYPES.includes(one)))
            assert.ok(['success', 'failure', 'unknown'].includes(event.outcome as string))
          }
  })

  test('has no name of a patient: no search, no reason, no name, no id of what may not be there', () => {
    const name = 'Zyxwvutka'
    const hostile = { query: `name=${name}`, reason: name, actor: { kind: 'person', id: 'p7', name } } as const
    assert.ok(!JSON.stringify(read(hostile)).includes(name))
    const missing = {
      ...hostile,
      outcome: 'refused',
      status: 404,
      resources: [`Patient/${name}`],
      patients: [`Patient/${name}`],
    } as const
    const line = read(missing)
    assert.ok(!JSON.stringify(line).includes(name))
    assert.deepEqual(line.omnicare.resources, ['Patient'])
    const searched = read({ ...hostile, action: 'search', resources: ['Observation'], patients: [`Patient/${name}`] })
    assert.ok(!JSON.stringify(searched).includes(name))
    assert.deepEqual(searched.omnicare.patients, ['Patient'])
    assert.deepEqual(read({ action: 'search', patients: ['Patient/m-17'] }).omnicare.patients, ['Patient/m-17'])
    const denied = read({ outcome: 'refused', status: 403 })
    assert.deepEqual([denied.omnicare.resource, denied.event.type], ['patient:1', ['access', 'denied']])
  })

  test('stays one line of bearable length, whatever callers send', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => `Observation/${n}`)
    const line = read({ agent: 'a\n"event":{"action":"FORGED"}', resources: many, more: 5 })
    assert.equal((line.omnicare.resources as string[]).length, 100)
    assert.equal(line.omnicare.more, 905)
  })

  test('says of reading the trail that it was the trail, and of what can not be read that it can not', () => {
    const trail = read({ plane: 'operations', action: 'search', resources: ['AuditEvent'] })
    assert.equal(trail.event.action, 'AUDIT_TRAIL_ACCESS')
    const gone = JSON.parse(lineOf({ index: 9, source: 'record', lost: false }, 'audit')) as Line
    assert.deepEqual([gone.event.action, gone.event.sequence], ['UNREADABLE', 9])
  })
})

describe('an agent', () => {
  test('is a program that is known, or nothing that a log repeats', () => {
    const chrome =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
    assert.deepEqual(agentOf(chrome), { name: 'Chrome', version: '142' })
    assert.deepEqual(agentOf(`${chrome} Edg/142.0.1`), { name: 'Edge', version: '142' })
    assert.deepEqual(agentOf('curl/8.5.0'), { name: 'curl', version: '8.5' })
    assert.deepEqual(agentOf('node'), { name: 'node' })
    for (const text of ['Doe, John', 'my curl/8.5.0', 'Chrome/Doe']) assert.deepEqual(agentOf(text), { name: 'Other' })
  })
})

describe('a request id', () => {
  test('is repeated when a machine has made it, else it is a hash by which it is found', () => {
    const made = [
      '01a2133f-365a-7008-b7e5-9b71e856434b',
      '4bf92f3577b34da6a3ce929d0e0e4736',
      'Root=1-67891233-abcdef012345678912345678',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    ]
    for (const id of made) assert.equal(loggedRequest(id), id)
    for (const id of ['Doe', 'r-7', '1980-01-02', 'Doe-John-1980-01-02', 'MARYANNSMYTHEHAVERSHAMDEANE'])
      assert.match(loggedRequest(id), /^[0-9a-f]{32}$/)
    assert.equal(loggedRequest('Doe'), loggedRequest('Doe'))
  })
})
