/**
 * Emergency access: POST [base]/Patient/[id]/$break-glass with Parameters, of which `reason` says why; and what was opened,
 * for review: GET [base]/$break-glass. Purpose of use BTG: https://terminology.hl7.org/CodeSystem-v3-ActReason.html
 */
import type { OpenedChart } from '#record'
import { jsonOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { type Door, type Handler, idIn } from './door.ts'
import { requireFhir } from './media.ts'
import { askedInFhir } from './query.ts'

interface Parameter {
  readonly name?: unknown
  readonly valueString?: unknown
}

export const breakGlass =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const id = idIn(request)
    const what = askedInFhir(request)
    requireFhir(request.headers['content-type'])
    const opened = await record.breakGlass(caller(request), id, reasonIn(jsonOf(request)))
    return sendText(reply, JSON.stringify({ resourceType: 'Parameters', parameter: partsOf(opened) }), what)
  }

function reasonIn(text: string): string {
  let parameters: unknown
  try {
    parameters = (JSON.parse(text) as { parameter?: unknown } | null)?.parameter
  } catch {
    throw httpFaults['not-parameters']()
  }
  if (!Array.isArray(parameters)) throw httpFaults['not-parameters']()
  const reason = (parameters as (Parameter | null)[]).find((one) => one?.name === 'reason')?.valueString
  return typeof reason === 'string' ? reason : ''
}

const PAGE = 100

export const openedCharts =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const what = askedInFhir(request)
    const given = (name: string) => what.parameters.findLast(([one]) => one === name)?.[1]
    const count = given('_count') ?? String(PAGE)
    if (!/^\d{1,4}$/.test(count)) throw httpFaults['bad-count']()
    const before = given('before')
    const charts = await record.openedCharts(caller(request), {
      most: Number(count),
      ...(before !== undefined && { before }),
    })
    const parameter = charts.map((chart) => ({ name: 'opened', part: partsOf(chart) }))
    return sendText(
      reply,
      JSON.stringify({ resourceType: 'Parameters', ...(parameter.length > 0 && { parameter }) }),
      what,
    )
  }

const partsOf = ({ id, person, name, role, patient, reason, at, until }: OpenedChart) => [
  { name: 'id', valueId: id },
  { name: 'person', valueString: person },
  { name: 'name', valueString: name },
  { name: 'role', valueCode: role },
  { name: 'patient', valueReference: { reference: patient } },
  { name: 'reason', valueString: reason },
  { name: 'purpose', valueCoding: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'BTG' } },
  { name: 'at', valueInstant: at },
  { name: 'until', valueInstant: until },
]
