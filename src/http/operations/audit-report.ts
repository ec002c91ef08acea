/** "Who looked at my record", for a patient: as text, PDF, or data. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type PatientReport, patientReport, printReport, REPORT_FORMATS, type ReportFormat, reportText } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import type { AuditDoor } from './audit.ts'
import { may } from './permit.ts'
import { type Query, told } from './told.ts'

const MEDIA: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  text: 'text/plain',
  pdf: 'application/pdf',
}
const KNOWN: ReadonlySet<string> = new Set(['from', 'to', 'format'])

export const reportRoutes = (door: AuditDoor): Routes => ({
  '/api/operations/audit/report/patient/:id': {
    GET: may('audit:read', async (request, reply) => {
      const { id } = request.params as { id: string }
      const query = request.query as Query
      if (Object.keys(query).some((name) => !KNOWN.has(name))) throw httpFaults['unknown-parameter']()
      const format = formatOf(query.format, request)
      const patient = `Patient/${id}`
      const { from, to } = query
      const about = { resources: ['AuditEvent'], patients: [patient], query }
      const nowMs = nowMilliseconds()
      const limits = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      const work = () => patientReport(door.ledger, { patient, zone: door.zone, nowMs, ...limits })
      return send(reply, format, await told(door, request, 'export', about, work))
    }),
  },
})

/** What `format` names, else what Accept likes best. Throws `http/no-such-form`. */
function formatOf(format: string | undefined, { headers: { accept } }: FastifyRequest): ReportFormat {
  if (format !== undefined) {
    const named = REPORT_FORMATS.find((one) => one === format)
    if (named === undefined) throw httpFaults['no-such-form']()
    return named
  }
  if (accept === undefined) return 'json'
  const wishes = accept
    .split(',')
    .map((wish) => {
      const [type = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
      const q = parameters.find((one) => one.startsWith('q='))
      return { type, q: q === undefined ? 1 : Number(q.slice(2)) }
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q)
  for (const { type } of wishes) {
    const found = REPORT_FORMATS.find((one) => MEDIA[one] === type)
    if (found !== undefined) return found
    if (type === '*/*' || type === 'application/*') return 'json'
    if (type === 'text/*') return 'text'
  }
  throw httpFaults['no-such-form']()
}

async function send(reply: FastifyReply, format: ReportFormat, report: PatientReport): Promise<FastifyReply> {
  reply.header('content-type', format === 'pdf' ? MEDIA.pdf : `${MEDIA[format]}; charset=utf-8`)
  if (format === 'json') return reply.send(JSON.stringify(report))
  if (format === 'text') return reply.send(reportText(report))
  // The name of a file goes through many hands: it says nothing of whose record it is.
  reply.header(
    'content-disposition',
    `attachment; filename="who-looked-at-your-record-${report.made.slice(0, 10)}.pdf"`,
  )
  return reply.send(Buffer.from(await printReport(report)))
}
