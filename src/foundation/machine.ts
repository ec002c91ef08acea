/**
 * The machine, or the container, that a process runs on: read when somebody asks, so that nothing runs in between.
 * Sources: `proc_stat(5)`, cgroup v2 `cpu.stat` and `cpu.max`
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files).
 */
import { readFileSync, type StatsFs, statfsSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { Registry } from 'prom-client'
import { gaugeIn, metric } from './metric.ts'

export const MACHINE_METRICS = {
  cpu: metric({
    name: 'cpu_usage_percent',
    type: 'gauge',
    help: 'How much of the processors of the machine, or of the container where it has a limit, is in use: 100 is all.',
    moves: 'Whatever computes there. It is the mean since it was asked before, of ten seconds at least.',
    copies: 'max',
  }),
  memory: metric({
    name: 'memory_usage_bytes',
    type: 'gauge',
    help: 'How much memory of the machine, or of the container where it has a limit, is in use and could not be had at once.',
    moves: 'Whatever needs memory there; what is only cached does not count.',
    copies: 'max',
  }),
  memoryLimit: metric({
    name: 'omnicare_memory_limit_bytes',
    type: 'gauge',
    help: 'How much memory the machine has, or its container may use.',
    moves: 'A machine of another size.',
    copies: 'max',
  }),
  disk: metric({
    name: 'disk_usage_percent',
    type: 'gauge',
    help: 'How full the fullest disk is that OmniCare writes to, as its own user may fill it.',
    moves: 'Whatever is written there or removed.',
    copies: 'max',
  }),
  diskFree: metric({
    name: 'omnicare_disk_free_bytes',
    type: 'gauge',
    help: 'How much room a disk has, by what is kept there.',
    moves: 'Whatever is written there or removed.',
    labels: { keeps: '`home`, `audit-logs`: the folders of OMNICARE_HOME and OMNICARE_AUDIT_LOG_FOLDER' },
    copies: 'min',
  }),
}

/** Seconds of one processor, since some moment in the past, and how many processors there are to be had. */
interface Processors {
  readonly busy: number
  readonly all: number
}

/** Shorter than this tells of nothing but the question. */
const LEAST_SECONDS = 10

/** Hangs out how the machine fares. `folders`: what is kept where, made already. */
export function meterMachine(metrics: Registry, folders: Readonly<Record<string, string>>): void {
  const usage = openUsage(processors, () => performance.now() / 1000)
  gaugeIn(metrics, MACHINE_METRICS.cpu, (gauge) => gauge.set(usage()))
  gaugeIn(metrics, MACHINE_METRICS.memory, (gauge) => gauge.set(memory().used))
  gaugeIn(metrics, MACHINE_METRICS.memoryLimit, (gauge) => gauge.set(memory().limit))
  const disks = () => Object.entries(folders).map(([keeps, folder]) => ({ keeps, ...disk(folder) }))
  gaugeIn(metrics, MACHINE_METRICS.disk, (gauge) => gauge.set(Math.max(...disks().map(({ percent }) => percent))))
  gaugeIn(metrics, MACHINE_METRICS.diskFree, (gauge) => {
    for (const { keeps, free } of disks()) gauge.set({ keeps }, free)
  })
}

/** The share of what could have been computed since the question before, in percent; the answers of a burst are the same. */
export function openUsage(read: () => Processors, nowSeconds: () => number): () => number {
  let before = { ...read(), at: nowSeconds() }
  let last: number | undefined
  return () => {
    const at = nowSeconds()
    if (last !== undefined && at - before.at < LEAST_SECONDS) return last
    const now = { ...read(), at }
    const share = now.all > before.all ? (now.busy - before.busy) / (now.all - before.all) : 0
    // The first answer may tell of a short time: it is better than none.
    last = 100 * Math.min(1, Math.max(0, share))
    before = now
    return last
  }
}

const CGROUP = '/sys/fs/cgroup'

function processors(): Processors {
  const limit = cgroupLimit(fileIn(CGROUP, 'cpu.max'))
  const used = /^usage_usec (\d+)$/m.exec(fileIn(CGROUP, 'cpu.stat') ?? '')?.[1]
  if (limit !== undefined && used !== undefined)
    return { busy: Number(used) / 1e6, all: (limit * performance.now()) / 1000 }
  const all = { busy: 0, all: 0 }
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq
    all.busy += working / 1000
    all.all += (working + times.idle) / 1000
  }
  return all
}

/** How many processors the container may use, as `cpu.max` has it: `200000 100000`; undefined without a limit. */
export function cgroupLimit(text: string | undefined): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text ?? '') ?? []
  return quota === undefined ? undefined : Number(quota) / Number(period)
}

function fileIn(folder: string, name: string): string | undefined {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

function memory(): { readonly used: number; readonly limit: number } {
  const limit = process.constrainedMemory()
  // Without a container, and in one without a limit, it is 0 or more than there is.
  return limit > 0 && limit < totalmem()
    ? { used: limit - process.availableMemory(), limit }
    : { used: totalmem() - freemem(), limit: totalmem() }
}

interface Room {
  readonly percent: number
  /** Bytes, as the next. */
  readonly free: number
  readonly total: number
}

/** How full a disk is, as `df` tells it: what only root may fill is neither free nor used. */
export function roomOf({ blocks, bfree, bavail, bsize }: StatsFs): Room {
  const used = blocks - bfree
  const total = used + bavail
  return { percent: total === 0 ? 0 : (100 * used) / total, free: bavail * bsize, total: total * bsize }
}

const disk = (folder: string): Room => roomOf(statfsSync(there(folder)))

/** The folder, or the nearest above it that there is: it is made when something is written. */
function there(folder: string): string {
  try {
    statfsSync(folder)
    return folder
  } catch {
    return dirname(folder) === folder ? folder : there(dirname(folder))
  }
}
