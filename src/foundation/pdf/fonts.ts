/** Fonts that together can write any name. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'

export type FontName = 'text' | 'bold' | 'rest'

/** DejaVu for most alphabets; Unifont, which is plainer, for all others, Chinese, Japanese, Korean and Indian ones among them. */
const FILES: Readonly<Record<FontName, string>> = {
  text: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
  rest: fileURLToPath(import.meta.resolve('@fontsource/unifont/files/unifont-latin-400-normal.woff')),
}

const IS_RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const RIGHT_TO_LEFT = new RegExp(`${IS_RIGHT_TO_LEFT.source}[${IS_RIGHT_TO_LEFT.source.slice(1, -1)}\\p{M} -]*`, 'gu')
const STAYS = /^[\u00a0\p{M}\p{Cf}]$/u

export interface Fonts {
  readonly files: Readonly<Record<FontName, Buffer>>
  /** The text in pieces that one font can write each. A character that none can is written as its number, never left out. */
  readonly pieces: (text: string, wanted: 'text' | 'bold') => { readonly font: FontName; readonly text: string }[]
}

export function openFonts(): Fonts {
  const files = { text: readFileSync(FILES.text), bold: readFileSync(FILES.bold), rest: readFileSync(FILES.rest) }
  const fonts = new Map(Object.entries(files).map(([name, bytes]) => [name as FontName, create(bytes) as Font]))
  const has = (name: FontName, character: string) =>
    fonts.get(name)?.hasGlyphForCodePoint(character.codePointAt(0) as number) === true
  return {
    files,
    pieces(text, wanted) {
      const pieces: { font: FontName; text: string; rightToLeft: boolean }[] = []
      // Words from right to left are set as one, or the first would stand where the last belongs.
      const whole = text.replace(RIGHT_TO_LEFT, (words) => words.replaceAll(' ', '\u00a0'))
      for (const character of whole) {
        const font = ([wanted, 'text', 'rest'] as const).find((name) => has(name, character))
        const written = font === undefined ? `[U+${character.codePointAt(0)?.toString(16).toUpperCase()}]` : character
        const last = pieces.at(-1)
        // Marks stay with what they stand on: a change of font would tear a word apart.
        const stays = last !== undefined && STAYS.test(character) && has(last.font, character)
        const rightToLeft = IS_RIGHT_TO_LEFT.test(character)
        const joins = last?.font === (font ?? wanted) && last.rightToLeft === rightToLeft
        if (last !== undefined && (stays || joins)) last.text += written
        else pieces.push({ font: font ?? wanted, text: written, rightToLeft })
      }
      return pieces
    },
  }
}
