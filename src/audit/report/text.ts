import { doneLine, headOf, notesOf, personLine, summaryOf, TITLE, timeOf } from './phrases.ts'
import type { PatientReport } from './report.ts'

const TIME_WIDTH = 13
const WIDTH = 100

/** The report for a terminal, a letter or an e-mail. */
export function reportText(report: PatientReport): string {
  const lines = [TITLE, '', ...headOf(report).map(([name, value]) => `${name.padEnd(8)}${value}`), '']
  lines.push(...wrapped(summaryOf(report), 0), '')
  for (const { inWords, people } of report.days) {
    lines.push(inWords)
    for (const doings of people) {
      lines.push(`  ${personLine(doings)}`)
      for (const done of doings.done) {
        const [first = '', ...rest] = wrapped(doneLine(done), 4 + TIME_WIDTH)
        lines.push(`    ${timeOf(done).padEnd(TIME_WIDTH)}${first.trimStart()}`, ...rest)
      }
    }
    lines.push('')
  }
  for (const note of notesOf(report)) lines.push(...wrapped(note, 0))
  return `${lines.join('\n')}\n`
}

/** Broken between words, each line behind `indent` spaces. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH - indent) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => ' '.repeat(indent) + one)
}
