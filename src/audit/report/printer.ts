/** The thread that writes one PDF and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { reportPdf } from './pdf.ts'
import type { PatientReport } from './report.ts'

parentPort?.postMessage(await reportPdf(workerData as PatientReport))
