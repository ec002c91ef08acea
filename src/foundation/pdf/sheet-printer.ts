/** The thread that prints one sheet and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { openPaper, ROOM } from './paper.ts'
import type { Sheet } from './sheet.ts'

const NAMES_AT = 120

const { title, summary, head, sections, footer, madeMs } = workerData as Sheet
const { write, beside, gap, keepRoom, end } = openPaper({ title, subject: footer, madeMs })
write('H1', title, { bold: true, size: 18 })
gap(0.5)
for (const [name, value] of head) beside(name, value, { at: NAMES_AT })
gap(0.7)
write('P', summary, { bold: true })
for (const { title: heading, lines } of sections) {
  gap(0.8)
  keepRoom(ROOM)
  write('H2', heading, { bold: true, size: 12 })
  for (const { name, text, bold = false } of lines) {
    gap(0.15)
    if (name === undefined) write('P', text, { bold, indent: 12 })
    else beside(name, text, { bold, indent: 12, at: NAMES_AT - 12 })
  }
}
parentPort?.postMessage(await end(footer))
