/**
 * A PDF that can be read out: tagged, with a title and a language, and page numbers that aren't read.
 * https://pdfkit.org/docs/accessibility.html
 */
import PDFDocument from 'pdfkit'
import { type FontName, openFonts } from './fonts.ts'

const MARGIN = 56
const TIMES_AT = 90
const NORMAL = 10
export const SMALL = 9
export const GREY = '#555555'
/** A heading isn't left alone at the foot of a page. */
export const ROOM = 60

/** https://www.iso.org/standard/64599.html; the types don't know it yet. */
const UNIVERSALLY_ACCESSIBLE: object = { subset: 'PDF/UA' }

type Document = InstanceType<typeof PDFDocument>

interface Style {
  readonly bold?: boolean
  /** Points. */
  readonly size?: number
  readonly color?: string
  /** Points. */
  readonly indent?: number
}

export interface PaperOptions {
  readonly title: string
  readonly subject: string
  readonly madeMs: number
}

export interface Paper {
  /** `tag`: as in `H1` or `P`. */
  readonly write: (tag: string, text: string, style?: Style) => void
  /** Two columns: a time or a name, and beside it what belongs to it. `at`: where the second one begins, in points. */
  readonly beside: (left: string, right: string, style?: Style & { readonly at?: number }) => void
  /** Lines. */
  readonly gap: (lines: number) => void
  /** Begins a new page when there is less room left, in points. */
  readonly keepRoom: (height: number) => void
  /** Numbers the pages, with `footer` beside the numbers. */
  readonly end: (footer: string) => Promise<Buffer>
}

export function openPaper({ title, subject, madeMs }: PaperOptions): Paper {
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
    info: { Title: title, Author: 'OmniCare', Subject: subject, CreationDate: new Date(madeMs) },
    font: fonts.files.text as unknown as string,
  })
  const whole = bytesOf(doc)
  for (const [name, bytes] of Object.entries(fonts.files)) doc.registerFont(name, bytes)
  const page = doc.struct('Document', { title })
  doc.addStructure(page)
  const keepRoom = (height: number) => {
    if (doc.y + height > doc.page.height - doc.page.margins.bottom) doc.addPage()
  }

  return {
    keepRoom,
    gap: (lines) => void doc.moveDown(lines),
    write(tag, text, { bold = false, size = NORMAL, color = 'black', indent = 0 } = {}) {
      page.add(
        doc.struct(tag, {}, () => {
          doc.fillColor(color)
          lay(doc, fonts.pieces(text, bold ? 'bold' : 'text'), size, MARGIN + indent)
        }),
      )
    },
    beside(left, right, { bold = false, size = NORMAL, indent = 0, at = TIMES_AT } = {}) {
      const column = MARGIN + indent + at
      doc.font('text').fontSize(size)
      keepRoom(doc.heightOfString(right, { width: doc.page.width - MARGIN - column }) + 4)
      page.add(
        doc.struct('P', {}, () => {
          const top = doc.y
          doc
            .fillColor(GREY)
            .font('text')
            .fontSize(size)
            .text(left, MARGIN + indent, top, { lineBreak: false })
          doc.fillColor('black')
          doc.y = top
          lay(doc, fonts.pieces(right, bold ? 'bold' : 'text'), size, column)
        }),
      )
    },
    async end(footer) {
      page.end()
      numberPages(doc, footer)
      doc.end()
      return whole
    },
  }
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

function numberPages(doc: Document, footer: string): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Below the margin, where text would begin a new page.
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
    const y = doc.page.height - MARGIN + 8
    const width = doc.page.width - 2 * MARGIN
    doc.font('text').fontSize(8).fillColor(GREY)
    doc.text(footer, MARGIN, y, { width, lineBreak: false })
    doc.text(`Page ${page - start + 1} of ${count}`, MARGIN, y, { width, align: 'right', lineBreak: false })
    doc.endMarkedContent()
  }
}

async function bytesOf(doc: Document): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of doc as unknown as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}
