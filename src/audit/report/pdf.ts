/**
 * The report as a PDF that can be read out: tagged, with a title and a language, and page numbers that aren't read.
 * https://pdfkit.org/docs/accessibility.html
 */
import PDFDocument from 'pdfkit'
import { type FontName, openFonts } from './fonts.ts'
import { doneLine, headOf, notesOf, personLine, summaryOf, TITLE, timeOf } from './phrases.ts'
import type { PatientReport } from './report.ts'

const MARGIN = 56
const TIMES_AT = 90
const SMALL = 9
const NORMAL = 10
const GREY = '#555555'
/** A heading isn't left alone at the foot of a page. */
const ROOM = 60

/** https://www.iso.org/standard/64599.html; the types don't know it yet. */
const UNIVERSALLY_ACCESSIBLE: object = { subset: 'PDF/UA' }

type Document = InstanceType<typeof PDFDocument>
type Style = { readonly bold?: boolean; readonly size?: number; readonly color?: string; readonly indent?: number }

export async function reportPdf(report: PatientReport): Promise<Buffer> {
  const fonts = openFonts()
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 16, left: MARGIN, right: MARGIN },
    pdfVersion: '1.7',
    ...UNIVERSALLY_ACCESSIBLE,
    lang: 'en',
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    info: {
      Title: TITLE,
      Author: 'OmniCare',
      Subject: report.patient,
      CreationDate: new Date(Date.parse(report.made)),
    },
    font: fonts.files.text as unknown as string,
  })
  const whole = bytesOf(doc)
  for (const [name, bytes] of Object.entries(fonts.files)) doc.registerFont(name, bytes)
  const page = doc.struct('Document', { title: TITLE })
  doc.addStructure(page)

  const write = (
    tag: string,
    text: string,
    { bold = false, size = NORMAL, color = 'black', indent = 0 }: Style = {},
  ) => {
    page.add(
      doc.struct(tag, {}, () => {
        doc.fillColor(color)
        lay(doc, fonts.pieces(text, bold ? 'bold' : 'text'), size, MARGIN + indent)
      }),
    )
  }
  /** Two columns: the time, and beside it what was done. */
  const beside = (tag: string, left: string, right: string, style: Style & { readonly bold?: boolean }) => {
    const [size, indent] = [style.size ?? NORMAL, style.indent ?? 0]
    const pieces = fonts.pieces(right, style.bold === true ? 'bold' : 'text')
    const column = MARGIN + indent + TIMES_AT
    doc.font('text').fontSize(size)
    const height = doc.heightOfString(right, { width: doc.page.width - MARGIN - column }) + 4
    if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage()
    page.add(
      doc.struct(tag, {}, () => {
        const top = doc.y
        doc
          .fillColor(GREY)
          .font('text')
          .fontSize(size)
          .text(left, MARGIN + indent, top, { lineBreak: false })
        doc.fillColor('black')
        doc.y = top
        lay(doc, pieces, size, column)
      }),
    )
  }

  write('H1', TITLE, { bold: true, size: 20 })
  doc.moveDown(0.5)
  for (const [name, value] of headOf(report)) beside('P', name, value, {})
  doc.moveDown(0.7)
  write('P', summaryOf(report), { bold: true })
  for (const { inWords, people } of report.days) {
    doc.moveDown(1)
    keepRoom(doc, 2 * ROOM)
    write('H2', inWords, { bold: true, size: 13 })
    for (const doings of people) {
      doc.moveDown(0.4)
      keepRoom(doc, ROOM)
      write('H3', personLine(doings), { bold: true, size: 11 })
      for (const done of doings.done) {
        doc.moveDown(0.15)
        beside('P', timeOf(done), doneLine(done), { indent: 12, bold: done.emergency })
      }
    }
  }
  doc.moveDown(1.5)
  keepRoom(doc, 2 * ROOM)
  for (const note of notesOf(report)) {
    write('P', note, { size: SMALL, color: GREY })
    doc.moveDown(0.3)
  }
  page.end()
  numberPages(doc, report)
  doc.end()
  return whole
}

/** Writes pieces of different fonts as one text that is broken where the column ends. */
function lay(doc: Document, pieces: readonly { font: FontName; text: string }[], size: number, x: number): void {
  const width = doc.page.width - MARGIN - x
  pieces.forEach(({ font, text }, index) => {
    const continued = index < pieces.length - 1
    doc.font(font).fontSize(size)
    if (index === 0) doc.text(text, x, doc.y, { width, continued, lineGap: 2 })
    else doc.text(text, { width, continued, lineGap: 2 })
  })
}

function keepRoom(doc: Document, height: number): void {
  if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage()
}

function numberPages(doc: Document, { patient }: PatientReport): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Below the margin, where text would begin a new page.
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
    const y = doc.page.height - MARGIN + 8
    const width = doc.page.width - 2 * MARGIN
    doc.font('text').fontSize(8).fillColor(GREY)
    doc.text(`${TITLE}: ${patient}`, MARGIN, y, { width, lineBreak: false })
    doc.text(`Page ${page - start + 1} of ${count}`, MARGIN, y, { width, align: 'right', lineBreak: false })
    doc.endMarkedContent()
  }
}

async function bytesOf(doc: Document): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of doc as unknown as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}
