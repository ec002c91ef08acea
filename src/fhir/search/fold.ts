/** Strings as they are compared when case, accents and spacing don't matter. https://hl7.org/fhir/R4/search.html#string */
export function foldString(value: string): string {
  const lower = value.toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII, which has no accents.
  const bare = /^[\u0000-\u007f]*$/.test(lower) ? lower : unaccented(lower)
  return bare.replace(/\s+/g, ' ').trim()
}

const unaccented = (lower: string): string =>
  lower
    // Also before: to put many marks in order takes time with the square of their number.
    .replace(/\p{M}+/gu, '')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd')
    .normalize('NFC')
