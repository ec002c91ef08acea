/** A sheet that is printed: a head, and sections of lines; the same as text and as PDF. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

interface Line {
  /** Stands before it: a time, a name. */
  readonly name?: string
  readonly text: string
  readonly bold?: boolean
}

interface Section {
  readonly title: string
  readonly lines: readonly Line[]
}

export interface Sheet {
  readonly title: string
  /** One sentence under the title. */
  readonly summary: string
  readonly head: readonly (readonly [name: string, value: string])[]
  readonly sections: readonly Section[]
  /** Beside the page numbers. */
  readonly footer: string
  readonly madeMs: number
}

/** Names before lines are at least so wide; longer ones stand in a line of their own. */
const NAME_WIDTH = 20

export function sheetText({ title, summary, head, sections }: Sheet): string {
  const line = ({ name, text }: Line) => (name === undefined ? `  ${text}` : `  ${name.padEnd(NAME_WIDTH)}  ${text}`)
  return [
    title,
    ...head.map(([name, text]) => line({ name, text })),
    '',
    summary,
    ...sections.flatMap(({ title: heading, lines }) => ['', heading, ...lines.map(line)]),
    '',
  ].join('\n')
}

/** On a thread of its own: a PDF takes seconds where a name needs the large font. */
export async function printSheet(sheet: Sheet): Promise<Uint8Array> {
  const worker = new Worker(new URL('./sheet-printer.ts', import.meta.url), { workerData: sheet })
  // An error on the thread rejects here.
  const [bytes] = (await once(worker, 'message')) as [Uint8Array]
  return bytes
}
