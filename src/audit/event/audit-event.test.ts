import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateResource } from '#fhir'
import { entryOf } from '../../../tests/support/ledger.ts'
import { ACTIONS, ACTOR_KINDS, type AuditEntry, OUTCOMES } from '../terms.ts'
import { type AuditEvent, auditEventOf } from './audit-event.ts'

interface Coded {
  readonly system: string
  readonly code: string
}
interface Agent {
  readonly type: { readonly coding: readonly Coded[] }
  readonly who: { readonly identifier?: { readonly value: string }; readonly reference?: string }
  readonly requestor: boolean
  readonly network?: { readonly address: string; readonly type: string }
  readonly name?: string
}
interface Entity {
  readonly what?: { readonly reference?: string; readonly identifier?: { readonly value: string } }
  readonly type: Coded
  readonly role?: Coded
  readonly query?: string
  readonly detail?: readonly unknown[]
}

const agentsOf = (event: AuditEvent) => event.agent as readonly Agent[]
const entitiesOf = (event: AuditEvent) => event.entity as readonly Entity[]
const agent = (event: AuditEvent, code: string) => agentsOf(event).filter(({ type }) => type.coding[0]?.code === code)
const entity = (event: AuditEvent, code: string) => entitiesOf(event).filter(({ type }) => type.code === code)

const IHE = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.'
/** From the profiles' own definitions (1.1.5): subtype, action, and by which codes client, server and user go. */
const PROFILES: Readonly<Record<string, readonly [RegExp, string, string, string, RegExp]>> = {
  Read: [/^v?read$/, 'R', '110152', '110153', /^IRCP$/],
  Query: [/^search/, 'E', '110153', '110152', /^IRCP$/],
  Create: [/^create$/, 'C', '110153', '110152', /^(?:AUT|INF|CST)$/],
  Update: [/^(?:update|patch)$/, 'U', '110153', '110152', /^(?:AUT|INF|CST)$/],
  Delete: [/^delete$/, 'D', '110150', 'custodian', /^(?:AUT|INF|CST)$/],
}

/** Fails unless the event is what the profile that it claims asks for. */
function assertProfiled(event: AuditEvent, claimed: string): void {
  const name = claimed.slice(IHE.length)
  const kind = name.replace('Patient', '')
  const [subtype, action, client, server, user] = PROFILES[kind] as (typeof PROFILES)[string]
  assert.match((event.subtype as Coded[])[0]?.code as string, subtype)
  assert.equal(event.action, action)
  assert.equal(event.outcome, '0')
  for (const code of [client, server]) {
    const [one, ...others] = agent(event, code)
    assert.ok(one?.who !== undefined && one.network !== undefined && others.length === 0, `${name}: ${code}`)
  }
  const users = agentsOf(event).filter(({ type }) => user.test(type.coding[0]?.code as string))
  assert.ok(users.length <= 1 && users.every(({ requestor, network }) => requestor && network === undefined), name)
  assert.equal(agentsOf(event).length, 2 + users.length)
  assert.equal(entity(event, 'XrequestId').length, 1)
  assert.equal(entity(event, 'XrequestId')[0]?.detail, undefined)
  const [object, ...objects] = entity(event, '2')
  assert.equal(objects.length, 0, name)
  if (kind === 'Query')
    assert.ok(object?.query !== undefined && object.role?.code === '24' && object.what === undefined)
  else assert.ok(object?.what?.reference !== undefined && object.role?.code === '4', name)
  const patients = entity(event, '1')
  assert.equal(patients.length, name.startsWith('Patient') ? 1 : 0)
  for (const { what, role } of patients) assert.ok(what?.reference?.startsWith('Patient/') && role?.code === '1')
}

const reasonable: readonly Partial<AuditEntry>[] = [
  {},
  { patients: [], resources: ['Organization/1/_history/2'] },
  { patients: ['Patient/1', 'Patient/2'], resources: ['Observation/1', 'Observation/2'], more: 7 },
  { query: 'code=1234&subject=0123456789abcdef' },
  { breakGlass: true, reason: 'Unconscious, no relatives' },
  { resources: [], patients: [], query: '', address: '', agent: '', role: '', purpose: '', request: '' },
  { resources: ['audit-ledger/all', ' ', 'AuditEvent'], patients: ['somebody named Smith'], address: 'ward-7.example' },
  { actor: { kind: 'person', id: 'Practitioner/7', name: 'Ada Lovelace' }, continues: 'x', agent: '   ' },
]

describe('an AuditEvent', () => {
  for (const action of ACTIONS)
    test(`of ${action} is valid FHIR, and what the profile asks for that it claims`, () => {
      let claims = 0
      for (const outcome of OUTCOMES)
        for (const kind of ACTOR_KINDS)
          for (const more of reasonable) {
            const entry = entryOf({ action, outcome, actor: { kind, id: 'ada' }, ...more })
            for (const lost of [false, true]) {
              const event = JSON.parse(JSON.stringify(auditEventOf(entry, lost))) as AuditEvent
              assert.deepEqual(validateResource('AuditEvent', event).problems, [], JSON.stringify(event, null, 1))
              const [claimed] = (event.meta as { profile?: string[] }).profile ?? []
              if (claimed === undefined) continue
              claims++
              assertProfiled(event, claimed)
            }
          }
      const profiled = ['read', 'vread', 'search', 'create', 'update', 'patch', 'delete'].includes(action)
      assert.equal(claims > 0, profiled)
    })

  test('says who by which client, what, about whom, by which question, at whose request', () => {
    const entry = entryOf({
      actor: { kind: 'person', id: 'ada', name: 'Ada Lovelace' },
      action: 'search',
      resources: ['Observation/9/_history/1'],
      query: 'patient=0123456789abcdef&code=718-7',
      agent: 'ward-app/3.1',
      address: '10.1.2.3',
    })
    const event = auditEventOf(entry)
    assert.deepEqual((event.meta as { profile: string[] }).profile, [`${IHE}PatientQuery`])
    const [user, client, server] = agentsOf(event)
    assert.deepEqual([user?.who.identifier?.value, user?.name], ['ada', 'Ada Lovelace'])
    assert.deepEqual(client?.network, { address: '10.1.2.3', type: '2' })
    assert.equal(server?.network?.address, 'omnicare-hospital')
    const [found, patient, query, request] = entitiesOf(event)
    assert.deepEqual([found?.what?.reference, found?.type.code], ['Observation/9/_history/1', 'Observation'])
    assert.equal(patient?.what?.reference, 'Patient/1')
    assert.equal(Buffer.from(query?.query as string, 'base64').toString(), entry.query)
    assert.equal(request?.what?.identifier?.value, 'request-1')
  })

  test('tells success, refusal, failure and unavailability apart', () => {
    const code = (outcome: AuditEntry['outcome'], status: number) => auditEventOf(entryOf({ outcome, status })).outcome
    assert.deepEqual(
      [code('success', 200), code('refused', 403), code('cancelled', 499), code('failed', 500), code('failed', 503)],
      ['0', '4', '4', '8', '12'],
    )
  })

  test('marks that the glass was broken, and why, beside the purpose', () => {
    const event = auditEventOf(entryOf({ purpose: 'ETREAT', breakGlass: true, reason: 'Unconscious' }))
    const purposes = event.purposeOfEvent as { coding: Coded[]; text?: string }[]
    assert.deepEqual(
      purposes.map(({ coding, text }) => [coding[0]?.code, text]),
      [
        ['ETREAT', undefined],
        ['BTG', 'Unconscious'],
      ],
    )
  })
})
