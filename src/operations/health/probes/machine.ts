/** The probes of this machine: its disks, its memory, and whether operations itself gets its turn. */
import { readFile, statfs } from 'node:fs/promises'
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { roomOf } from '#foundation/machine.ts'
import { type Answer, limited, type Probe, pass, warn } from '../probe.ts'

export interface DiskOptions {
  /** What lies where: the fullest disk of all of these counts. */
  readonly folders: Readonly<Record<string, string>>
  readonly warnPercent: number
}

const DISK_FAILED_PERCENT = 95
/** Of a disk that fills up, going to and fro by a percent is no news. */
const USED = '% used'
const GIB = 1024 ** 3

export const diskProbe = ({ folders, warnPercent }: DiskOptions): Probe => ({
  name: 'machine:disk',
  asks: 'Is there room on the disks?',
  section: 'cluster',
  criticality: 'critical',
  bears: 'care',
  carries: 'The databases take no changes on a full disk, and logs are lost.',
  everySeconds: 15,
  timeoutSeconds: 3,
  steady: 2,
  live: true,
  runbook: 'docs/runbooks/disk-full.md',
  async ask() {
    const disks = await Promise.all(
      Object.entries(folders).map(async ([what, path]) => ({ what, ...(await disk(path)) })),
    )
    const [fullest] = disks.sort((a, b) => b.percent - a.percent)
    if (fullest === undefined) return pass()
    const { what, percent, freeGiB } = fullest
    return limited(percent, {
      warned: warnPercent,
      failed: Math.max(DISK_FAILED_PERCENT, warnPercent),
      says: `The disk of ${what} fills up: ${percent} % are used.`,
      detail: `${folders[what]}: ${freeGiB} GiB are free`,
      unit: USED,
    })
  },
})

async function disk(path: string): Promise<{ percent: number; freeGiB: number }> {
  const { percent, free } = roomOf(await statfs(path))
  return { percent: Math.round(percent * 10) / 10, freeGiB: Math.round((free * 10) / GIB) / 10 }
}

const MEMORY = { warned: 90, failed: 97 }

export interface MemoryOptions {
  /** Folders of the kernel, others in a test. */
  readonly proc?: string
  readonly cgroup?: string
}

export const memoryProbe = ({ proc = '/proc', cgroup = '/sys/fs/cgroup' }: MemoryOptions = {}): Probe => ({
  name: 'machine:memory',
  asks: 'Is there memory left?',
  section: 'cluster',
  criticality: 'high',
  bears: 'care',
  carries: 'The system ends processes that it finds no memory for.',
  everySeconds: 15,
  timeoutSeconds: 3,
  steady: 3,
  runbook: 'docs/runbooks/memory-runs-out.md',
  async ask() {
    const percent = await memoryUsed(proc, cgroup)
    if (percent === undefined) return pass({ says: 'This system does not tell.' })
    const says = `Memory runs out: ${percent} % are used.`
    return limited(percent, { ...MEMORY, says, unit: USED })
  },
})

/** Percent of the machine's, or of what its container may use where that is nearer its end; undefined where it isn't told. */
async function memoryUsed(proc: string, cgroup: string): Promise<number | undefined> {
  const text = async (path: string) => readFile(path, 'utf8').catch(() => '')
  const [meminfo, most, current, stat] = await Promise.all(
    [`${proc}/meminfo`, `${cgroup}/memory.max`, `${cgroup}/memory.current`, `${cgroup}/memory.stat`].map(text),
  )
  const of = (name: string) =>
    Number(new RegExp(`^${name}:? +(\\d+)`, 'm').exec(`${meminfo}\n${stat}`)?.[1] ?? Number.NaN)
  const ofMachine = 1 - of('MemAvailable') / of('MemTotal')
  // Files that were read are in there too, and go when something else needs the room.
  const ofContainer = (Number(current) - of('inactive_file')) / Number(most)
  const known = [ofMachine, ofContainer].filter((share) => Number.isFinite(share) && share >= 0)
  return known.length === 0 ? undefined : Math.round(Math.max(...known) * 1000) / 10
}

const LATE_SECONDS = { warned: 0.5, failed: 5 }
const RESOLUTION_MS = 20
const NANOSECONDS = 1e9

/** Whether operations gets to what it has to do: late, everything that it says is late. */
export function turnProbe(): Probe & Disposable {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let former: EventLoopUtilization = performance.eventLoopUtilization()
  return {
    name: 'operations:turn',
    asks: 'Does operations get its turn?',
    section: 'application',
    criticality: 'high',
    bears: 'care',
    carries: 'Everything that operations does comes late: probes, alerts, signing in.',
    everySeconds: 15,
    timeoutSeconds: 3,
    steady: 2,
    runbook: 'docs/runbooks/operations-is-late.md',
    ask(): Answer {
      const late = Math.max(0, delays.percentile(99) / NANOSECONDS - RESOLUTION_MS / 1000)
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, former)
      former = now
      delays.reset()
      const detail = `busy for ${Math.round(utilization * 100)} % of the time`
      const says = 'Operations is too busy, or the machine is.'
      return limited(Math.round(late * 1000) / 1000, { ...LATE_SECONDS, says, detail, unit: 's late' })
    },
    [Symbol.dispose]: () => void delays.disable(),
  }
}

/** Until there are backups, that there are none. `newest`: when the newest one that was verified was made, in ms. */
export const backupProbe = (newest: () => number | undefined, nowMs: () => number, mostHours = 25): Probe => ({
  name: 'backups:age',
  asks: 'Is there a fresh backup?',
  section: 'database',
  criticality: 'critical',
  bears: 'care',
  carries: 'What was changed since the last backup is lost with the disk.',
  everySeconds: 60,
  timeoutSeconds: 3,
  runbook: 'docs/runbooks/no-fresh-backup.md',
  ask() {
    const made = newest()
    if (made === undefined) return warn('No backup is known: OmniCare makes none yet. Make them by other means.')
    const hours = Math.round((nowMs() - made) / 360_000) / 10
    return limited(hours, { warned: mostHours, failed: 2 * mostHours, says: 'The last backup is too old.', unit: 'h' })
  },
})
