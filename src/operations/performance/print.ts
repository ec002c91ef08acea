/** Writing the PDF on a thread of its own: it takes a second, and operations watches meanwhile. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PerformanceReport } from './terms.ts'

export async function printPerformance(report: PerformanceReport): Promise<Uint8Array> {
  const worker = new Worker(new URL('./printer.ts', import.meta.url), { workerData: report })
  // An error on the thread rejects here.
  const [bytes] = (await once(worker, 'message')) as [Uint8Array]
  return bytes
}
