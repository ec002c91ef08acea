/** The report as a PDF. */
import { GREY, openPaper, ROOM, SMALL } from '#foundation/pdf/paper.ts'
import { doneLine, headOf, notesOf, personLine, summaryOf, TITLE, timeOf } from './phrases.ts'
import type { PatientReport } from './report.ts'

export async function reportPdf(report: PatientReport): Promise<Buffer> {
  const { patient: subject, made } = report
  const { write, beside, gap, keepRoom, end } = openPaper({ title: TITLE, subject, madeMs: Date.parse(made) })
  write('H1', TITLE, { bold: true, size: 20 })
  gap(0.5)
  for (const [name, value] of headOf(report)) beside(name, value)
  gap(0.7)
  write('P', summaryOf(report), { bold: true })
  for (const { inWords, people } of report.days) {
    gap(1)
    keepRoom(2 * ROOM)
    write('H2', inWords, { bold: true, size: 13 })
    for (const doings of people) {
      gap(0.4)
      keepRoom(ROOM)
      write('H3', personLine(doings), { bold: true, size: 11 })
      for (const done of doings.done) {
        gap(0.15)
        beside(timeOf(done), doneLine(done), { indent: 12, bold: done.emergency })
      }
    }
  }
  gap(1.5)
  keepRoom(2 * ROOM)
  for (const note of notesOf(report)) {
    write('P', note, { size: SMALL, color: GREY })
    gap(0.3)
  }
  return end(`${TITLE}: ${subject}`)
}
