/** Emergency access ("breaking the glass"): a clinician opens a chart for whose patient they do not care, and says why. */
import { type Audit, auditWithin } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { type Access, OWN_PAGES } from '#identity/entry'
import { checkId } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import type { Asker, OpenedChart } from '../record.ts'
import { chartsOpened, openChart } from '../statements/break-glass.ts'
import { currentWithin } from '../statements/read.ts'
import { instantOf } from '../time.ts'
import { breakGlassOf, mayAll } from './reach.ts'
import { View } from './view.ts'
import type { Views } from './views.ts'

const isByProgram = ({ client }: Access): boolean => client !== undefined && client !== OWN_PAGES

const SHORTEST = 10
const LONGEST = 500

interface Tools {
  readonly db: Database
  readonly audit: Audit
  readonly views: Views
}

/** Opens the chart; the entry that tells of it is stored with it, and names the reason. */
export async function breakGlass(
  { db, audit, views }: Tools,
  caller: Asker,
  patient: string,
  said: string,
): Promise<OpenedChart> {
  const { access } = caller
  // A person decides that, on pages of ours: no program in their name.
  const how = access === null || isByProgram(access) ? undefined : breakGlassOf(views.policy, access)
  if (access === null || how === undefined) throw recordFaults['not-permitted']()
  const reason = said.trim()
  if (reason.length < SHORTEST || reason.length > LONGEST) throw recordFaults['no-reason']()
  // What the emergency would open: who would see nothing even then must not learn that there is such a patient.
  const opened = new View(views.policy, access, [], [{ patient: checkId(patient), reason }])
  opened.require('Patient', 'read')
  const condition = opened.condition('Patient', 'read')
  if (condition !== undefined && (await db.quick(currentWithin('Patient', patient, condition))).length === 0)
    throw recordFaults['unknown-instance']()
  const at = nowMilliseconds()
  const chart: OpenedChart = {
    id: newId(),
    person: access.subject.id,
    name: access.subject.name ?? access.subject.id,
    role: how.role,
    patient: `Patient/${patient}`,
    reason,
    at: new Date(at).toISOString(),
    until: new Date(at + how.minutes * 60_000).toISOString(),
  }
  await db.transaction(async (tx) => {
    const within = auditWithin(audit)
    await tx.change(openChart(chart))
    await within.record(opened.as(caller, [chart.patient]), {
      action: 'operation',
      resources: [chart.patient],
      patients: [chart.patient],
      status: 200,
    })
    await within.store(tx)
  })
  return chart
}

const MOST = 1_000

/** What was opened, for review. */
export async function openedCharts(
  { db, audit, views }: Tools,
  caller: Asker,
  { most, before }: { readonly most: number; readonly before?: string },
): Promise<OpenedChart[]> {
  const { access } = caller
  const isForReview = access !== null && ['person', 'admin-token'].includes(access.subject.kind) && !isByProgram(access)
  if (!isForReview || !mayAll(views.policy, access, 'AuditEvent', 'search')) throw recordFaults['not-permitted']()
  const rows = await db.quick(chartsOpened(Math.min(most, MOST), before === undefined ? undefined : checkId(before)))
  const patients = [...new Set(rows.map(({ patient }) => patient))]
  await audit.record(caller, { action: 'operation', resources: ['Patient'], patients, status: 200 })
  return rows.map(({ at, until, ...row }) => ({ ...row, at: instantOf(at), until: instantOf(until) }))
}
