/** The thread that writes one PDF and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { performancePdf } from './pdf.ts'
import type { PerformanceReport } from './terms.ts'

parentPort?.postMessage(await performancePdf(workerData as PerformanceReport))
