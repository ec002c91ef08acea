/** What databases, the two planes and the machine tell of themselves. */
import { statfs } from 'node:fs/promises'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import type { Database } from '#foundation/database.ts'
import { roomOf } from '#foundation/machine.ts'
import { instant } from '#foundation/timestamp.ts'
import type { FindingSource, Told } from '../findings.ts'
import { databaseState } from '../statements/looking.ts'

const MIB = 1024 * 1024
/** Percent. */
const HIGH = { processors: 100, memory: 90, disk: 85, connections: 80 } as const

export interface NamedDatabase {
  readonly name: string
  readonly db: Pick<Database, 'rows'>
}

/** Whether each answers, its version, since when it runs, and how many connections there are. */
export const databases =
  (all: readonly NamedDatabase[]): FindingSource =>
  async ({ fromMs }) => {
    const told = await Promise.all(
      all.map(async ({ name, db }) => {
        try {
          const [row] = await db.rows(databaseState())
          if (row === undefined) throw new Error('no row')
          const share = percent(row.connections, row.most)
          const isNew = Date.parse(instant(row.started)) > fromMs
          const says = `${name}: PostgreSQL ${row.version}, runs since ${instant(row.started)}, ${row.connections} of ${row.most} connections`
          return { wrong: share >= HIGH.connections || isNew, says: isNew ? `${says}; it was started anew` : says }
        } catch {
          return { wrong: true, says: `${name}: does not answer` }
        }
      }),
    )
    const wrong = told.filter((one) => one.wrong)
    return {
      verdict: wrong.length === 0 ? 'well' : 'look',
      says: wrong.length === 0 ? 'All databases answer.' : 'Not every database was there all the time, or has room.',
      lines: [...wrong, ...told.filter((one) => !one.wrong)].map(({ says }) => says),
    }
  }

export interface Plane {
  readonly name: string
  /** Address of its health, or nothing while it isn't known. */
  readonly health: () => string | undefined
}

interface Health {
  readonly status?: string
  readonly checks?: Readonly<Record<string, readonly { readonly status?: string; readonly output?: string }[]>>
}

/** What each plane says at /health: https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06 */
export const application =
  (
    planes: readonly Plane[],
    fetch: (address: string, given: { signal: AbortSignal }) => Promise<Response>,
  ): FindingSource =>
  async (_period, signal) => {
    const told = await Promise.all(
      planes.map(async ({ name, health }) => {
        const address = health()
        if (address === undefined) return { isWell: false, lines: [`${name}: its address is not known`] }
        try {
          const { status = 'unknown', checks = {} } = (await (await fetch(address, { signal })).json()) as Health
          const parts = Object.entries(checks).flatMap(([check, all]) =>
            all
              .filter((one) => one.status !== 'pass')
              .map((one) => `${name}, ${check}: ${one.status}${one.output === undefined ? '' : `: ${one.output}`}`),
          )
          return { isWell: status === 'pass' && parts.length === 0, lines: [`${name}: ${status}`, ...parts] }
        } catch {
          return { isWell: false, lines: [`${name}: does not answer`] }
        }
      }),
    )
    const isWell = told.every((one) => one.isWell)
    return {
      verdict: isWell ? 'well' : 'look',
      says: isWell ? 'Both planes say that they are well.' : 'Not everything is well.',
      lines: told.sort((a, b) => Number(a.isWell) - Number(b.isWell)).flatMap(({ lines }) => lines),
    }
  }

/** Processors, memory, the disk of `folder` and databases, to be compared with the last time. */
export const utilisation =
  (folder: string, all: readonly NamedDatabase[]): FindingSource =>
  async () => {
    const processors = percent(loadavg()[2] ?? 0, availableParallelism())
    const memory = percent(totalmem() - freemem(), totalmem())
    const disk = Math.round(roomOf(await statfs(folder)).percent)
    const sizes = await Promise.all(
      all.map(async ({ name, db }) => {
        const [row] = await db.rows(databaseState())
        return { name: `Size of ${name}`, value: Math.round(Number(row?.bytes ?? 0) / MIB), unit: 'MiB' }
      }),
    )
    const high = [
      processors >= HIGH.processors ? 'processors' : '',
      memory >= HIGH.memory ? 'memory' : '',
      disk >= HIGH.disk ? 'disk' : '',
    ].filter(Boolean)
    const told: Told = {
      verdict: high.length === 0 ? 'well' : 'look',
      says: high.length === 0 ? 'There is room.' : `There is little room left: ${high.join(', ')}.`,
      measures: [
        { name: 'Processors, 15 minutes', value: processors, unit: '%' },
        { name: 'Memory in use', value: memory, unit: '%' },
        { name: 'Disk in use', value: disk, unit: '%' },
        ...sizes,
      ],
    }
    return told
  }

const percent = (part: number, whole: number): number => Math.round((part / Math.max(1, whole)) * 100)
