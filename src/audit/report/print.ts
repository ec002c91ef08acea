/** Writing PDFs on a thread of its own: it takes seconds where a name needs the large font, and entries are sealed meanwhile. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PatientReport } from './report.ts'

/** A patient's report as a PDF. */
export async function printReport(report: PatientReport): Promise<Uint8Array> {
  const worker = new Worker(new URL('./printer.ts', import.meta.url), { workerData: report })
  // An error on the thread rejects here.
  const [bytes] = (await once(worker, 'message')) as [Uint8Array]
  return bytes
}
