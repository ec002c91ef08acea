/** The report as a PDF: tagged, with a title and a language. Its texts have no letters but those of ASCII. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import type { PerformanceReport } from './terms.ts'
import { sectionsOf } from './text.ts'

const MARGIN = 56
const GREY = '#555555'
const TITLE = 'Performance report'
/** A heading isn't left alone at the foot of a page. */
const ROOM = 60
const fontFile = (name: string) => fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))

export async function performancePdf(report: PerformanceReport): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: MARGIN + 16, left: MARGIN, right: MARGIN },
    pdfVersion: '1.7',
    lang: 'en',
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    info: { Title: TITLE, Author: 'OmniCare', CreationDate: new Date(Date.parse(report.made)) },
    font: fontFile('DejaVuSans'),
  })
  const whole = bytesOf(doc)
  doc.registerFont('text', readFileSync(fontFile('DejaVuSans')))
  doc.registerFont('bold', readFileSync(fontFile('DejaVuSans-Bold')))
  const page = doc.struct('Document', { title: TITLE })
  doc.addStructure(page)
  const write = (tag: string, text: string, font: 'text' | 'bold', size: number, color = 'black') =>
    page.add(
      doc.struct(tag, {}, () => {
        doc.fillColor(color).font(font).fontSize(size).text(text, MARGIN, doc.y, { lineGap: 2 })
      }),
    )
  write('H1', TITLE, 'bold', 20)
  write('P', `Made ${report.made}; ${report.findings.length} findings.`, 'text', 10, GREY)
  for (const { title, lines } of sectionsOf(report)) {
    doc.moveDown(1)
    if (doc.y + ROOM > doc.page.height - doc.page.margins.bottom) doc.addPage()
    write('H2', title, 'bold', 13)
    for (const line of lines) {
      doc.moveDown(0.25)
      write('P', line.trim(), 'text', 9, line.startsWith('  ') ? GREY : 'black')
    }
  }
  page.end()
  const { start, count } = doc.bufferedPageRange()
  for (let at = start; at < start + count; at++) {
    doc.switchToPage(at)
    // Below the margin, where text would begin a new page.
    doc.page.margins.bottom = 0
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
    doc.font('text').fontSize(8).fillColor(GREY)
    const y = doc.page.height - MARGIN + 8
    doc.text(`Page ${at - start + 1} of ${count}`, MARGIN, y, {
      width: doc.page.width - 2 * MARGIN,
      align: 'right',
      lineBreak: false,
    })
    doc.endMarkedContent()
  }
  doc.end()
  return whole
}

async function bytesOf(doc: InstanceType<typeof PDFDocument>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of doc as unknown as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}
