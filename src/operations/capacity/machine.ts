/** The machine that operations runs on. */
import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { roomOf } from '#foundation/machine.ts'
import type { Load } from './recommend.ts'

/** `folder`: on whose disk everything lies. */
export async function machineOf(folder: string): Promise<Pick<Load, 'cores' | 'waitingToRun' | 'memory' | 'disk'>> {
  const { total, free } = roomOf(await statfs(folder))
  return {
    cores: availableParallelism(),
    waitingToRun: loadavg()[1] ?? 0,
    memory: { total: totalmem(), available: availableMemory() },
    disk: { total, free },
  }
}

/** What could be had without others being sent to disk: free memory alone leaves out what only caches files. */
function availableMemory(): number {
  try {
    const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
    return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024
  } catch {
    return freemem() // There is no such file but on Linux.
  }
}
