/**
 * An entry as a FHIR AuditEvent (https://hl7.org/fhir/R4/auditevent.html), after the Basic Audit Log Patterns of IHE
 * (https://profiles.ihe.net/ITI/BALP/): who used which client, what was done to what, about whom.
 */
import type { AuditEntry, Plane } from '../terms.ts'
import { BREAK_GLASS, CODES, type Coding, DCM, outcomeCode, purposeCoding } from './codes.ts'
import { profileOf } from './profile.ts'

/** As it is served; FHIR's own types aren't needed to print it. */
export type AuditEvent = Readonly<Record<string, unknown>> & {
  readonly resourceType: 'AuditEvent'
  readonly id: string
}

export const PERSONS = 'urn:omnicare:person'
export const CLIENTS = 'urn:omnicare:client'
const ENTITY_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const ROLES = 'http://terminology.hl7.org/CodeSystem/object-role'
const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types'

/** `lost`: of a time that a restore of the record has undone. */
export function auditEventOf(entry: AuditEntry, lost = false): AuditEvent {
  const { type, subtype, action } = CODES[entry.action]
  const profile = profileOf(entry)
  return {
    resourceType: 'AuditEvent',
    id: entry.id,
    meta: {
      versionId: '1',
      lastUpdated: entry.at,
      ...(profile !== undefined && { profile: [profile] }),
      ...(lost && { tag: [{ system: 'urn:omnicare:audit', code: 'undone', display: 'of a time that was undone' }] }),
    },
    type,
    subtype: [subtype],
    action,
    recorded: entry.at,
    outcome: outcomeCode(entry),
    outcomeDesc: [entry.outcome, `HTTP ${entry.status}`, entry.code].filter((part) => part !== undefined).join(', '),
    purposeOfEvent: purposesOf(entry),
    agent: agentsOf(entry),
    source: {
      observer: { display: SERVERS[entry.plane] },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: entitiesOf(entry),
  }
}

const SERVERS: Readonly<Record<Plane, string>> = { hospital: 'omnicare-hospital', operations: 'omnicare-operations' }

function purposesOf({ purpose, breakGlass, reason }: AuditEntry) {
  const codings = [...(purpose === '' ? [] : [purposeCoding(purpose)]), ...(breakGlass ? [BREAK_GLASS] : [])]
  const concepts = codings.map((coding) => ({ coding: [coding] }))
  if (reason === undefined || reason.trim() === '') return concepts.length === 0 ? undefined : concepts
  return [...concepts.slice(0, -1), { ...concepts.at(-1), text: reason.trim() }]
}

interface Sides {
  readonly client: Coding
  readonly server: Coding
}

const SOURCE: Coding = { system: DCM, code: '110153', display: 'Source Role ID' }
const DESTINATION: Coding = { system: DCM, code: '110152', display: 'Destination Role ID' }
const APPLICATION: Coding = { system: DCM, code: '110150', display: 'Application' }

/** The profiles name the sides by where data goes, for searches by where the question goes, for deletions by neither. */
function sidesOf(action: AuditEntry['action']): Sides {
  if (action === 'delete') {
    const system = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'
    return { client: APPLICATION, server: { system, code: 'custodian', display: 'Custodian' } }
  }
  const isReading = action === 'read' || action === 'vread' || action === 'history'
  return isReading ? { client: DESTINATION, server: SOURCE } : { client: SOURCE, server: DESTINATION }
}

const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const RECIPIENT: Coding = { system: PARTICIPATION, code: 'IRCP', display: 'information recipient' }
const AUTHOR: Coding = { system: PARTICIPATION, code: 'AUT', display: 'author' }

const typed = (coding: Coding) => ({ coding: [coding] })

function agentsOf(entry: AuditEntry) {
  const { actor, role, action, address, agent, plane } = entry
  const named = actor.name === undefined ? {} : { name: actor.name }
  if (actor.kind === 'system')
    return [
      { type: typed(APPLICATION), who: whoIs(actor.id, 'urn:omnicare:system', actor.name), ...named, requestor: true },
    ]
  const sides = sidesOf(action)
  const isPerson = actor.kind === 'person'
  const own = actor.kind === 'client' ? whoIs(actor.id, CLIENTS, actor.name) : { display: agent.trim() || 'unknown' }
  return [
    ...(isPerson
      ? [
          {
            type: typed('CUD'.includes(CODES[action].action) ? AUTHOR : RECIPIENT),
            ...(role !== '' && { role: [{ text: role }] }),
            who: whoIs(actor.id, PERSONS, actor.name),
            ...named,
            requestor: true,
          },
        ]
      : []),
    {
      type: typed(sides.client),
      ...(!isPerson && role !== '' && { role: [{ text: role }] }),
      who: own,
      ...(!isPerson && named),
      requestor: !isPerson,
      ...(address !== '' && { network: { address, type: isAddress(address) ? '2' : '1' } }),
    },
    {
      type: typed(sides.server),
      who: { display: SERVERS[plane] },
      requestor: false,
      network: { address: SERVERS[plane], type: '1' },
    },
  ]
}

const AGENT_REFERENCE = /^(?:Practitioner|PractitionerRole|Organization|Device|Patient|RelatedPerson)\/[\w.-]{1,64}$/
const PATIENT_REFERENCE = /^Patient\/[A-Za-z0-9.-]{1,64}$/
const REFERENCE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/
const isAddress = (address: string): boolean => /^[\d.]+$|:/.test(address)

const whoIs = (id: string, system: string, display: string | undefined) => ({
  ...(AGENT_REFERENCE.test(id) ? { reference: id } : { identifier: { system, value: id.trim() || 'unknown' } }),
  ...(display !== undefined && { display }),
})

function entitiesOf({ action, patients, resources, query, request, more, continues }: AuditEntry) {
  const details = [
    ...(more === undefined ? [] : [{ type: 'references beyond those listed', valueString: String(more) }]),
    ...(continues === undefined ? [] : [{ type: 'continues AuditEvent', valueString: continues }]),
  ]
  return [
    ...resources.map((reference) => ({
      what: referenceTo(reference, REFERENCE),
      type: dataType(reference, action),
      role: { system: ROLES, code: '4', display: 'Domain Resource' },
    })),
    ...patients.map((reference) => ({
      what: referenceTo(reference, PATIENT_REFERENCE),
      type: { system: ENTITY_TYPES, code: '1', display: 'Person' },
      role: { system: ROLES, code: '1', display: 'Patient' },
    })),
    ...(query === undefined || query === ''
      ? []
      : [
          {
            type: action === 'search' ? SYSTEM_OBJECT : OTHER,
            role: { system: ROLES, code: '24', display: 'Query' },
            query: Buffer.from(query).toString('base64'),
          },
        ]),
    {
      what: { identifier: { value: request.trim() || 'none' } },
      type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
      ...(details.length > 0 && { detail: details }),
    },
  ]
}

const referenceTo = (text: string, form: RegExp) =>
  form.test(text) ? { reference: text } : { display: text.trim() || 'unknown' }

const SYSTEM_OBJECT: Coding = { system: ENTITY_TYPES, code: '2', display: 'System Object' }
const OTHER: Coding = { system: ENTITY_TYPES, code: '4', display: 'Other' }

/** The profiles know one system object: of a search it is the query, and what was found goes by its own type. */
function dataType(reference: string, action: AuditEntry['action']): Coding {
  const [type = ''] = reference.split('/', 1)
  if (action !== 'search') return SYSTEM_OBJECT
  return /^[A-Z][A-Za-z]+$/.test(type) ? { system: RESOURCE_TYPES, code: type } : OTHER
}
