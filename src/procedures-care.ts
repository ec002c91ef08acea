/** How operations keeps the daily procedures: by which settings they are opened, and how often it looks whether one is due. */
import type { Audit } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Log } from '#foundation/log.ts'
import { type FindingNeeds, findingSources } from './finding-sources.ts'
import { recordBy } from './identity-care.ts'
import {
  dailyProcedures,
  type Keeping,
  keepProcedures,
  openProcedures,
  type Procedures,
} from './operations/procedures/index.ts'
import type { openSettings } from './settings.ts'

type Settings = Pick<
  ReturnType<typeof openSettings>['settings'],
  'home' | 'scheduleZone' | 'morningCheck' | 'shiftChanges' | 'endOfDay'
>

interface ProcedureNeeds extends FindingNeeds {
  readonly audit: Audit
  readonly log: Log
  readonly nowMs?: () => number
}

interface ProcedureCare {
  readonly procedures: Procedures
  readonly keeping: Keeping
}

export function openProcedureCare(settings: Settings, needs: ProcedureNeeds): ProcedureCare {
  const { control, audit, metrics, log, nowMs = nowMilliseconds } = needs
  const procedures = openProcedures({
    control,
    record: recordBy(audit),
    nowMs,
    zone: settings.scheduleZone,
    procedures: dailyProcedures(settings),
    sources: findingSources(settings, needs),
    log,
  })
  return { procedures, keeping: keepProcedures({ procedures, metrics, log }) }
}
