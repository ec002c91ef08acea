/**
 * A statement without what somebody put into it.
 *
 * PostgreSQL itself takes the constants out of what it counts, but not always (when a statement's entry is thrown out while it
 * runs), never out of what is running at the moment, and never out of statements like CREATE ROLE. So it is done here again,
 * for whatever is shown: a patient's name must not get into a report by a query typed by hand.
 */

const LONGEST = 2_000

const PIECE = new RegExp(
  [
    String.raw`--[^\n]*|/\*[\s\S]*?(?:\*/|$)`, // comments
    String.raw`(?:[uU]&|[eEbBxXnN])?'(?:[^'\\]|''|\\[\s\S])*(?:'|$)`, // texts, also with escapes, also when cut off
    String.raw`\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)`, // dollar-quoted texts
    '"(?:[^"]|"")*(?:"|$)', // quoted names
    String.raw`\$\d+`, // parameters
    String.raw`(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b`, // numbers
  ].join('|'),
  'g',
)
/** A name of a table or a column, and no words of somebody's. */
const PLAIN_NAME = /^"[A-Za-z_][\w$]{0,62}"$/

export function withoutLiterals(text: string): string {
  const bare = text.replace(PIECE, (piece) => {
    if (piece.startsWith('--') || piece.startsWith('/*')) return ' '
    if (/^\$\d+$/.test(piece)) return piece
    if (piece.startsWith('"')) return PLAIN_NAME.test(piece) ? piece : '"?"'
    return '?'
  })
  const short = bare
    .replace(/[^\t\n\x20-\x7e]+/g, '?') // No keyword and no name of ours is outside of ASCII.
    .replace(/\s+/g, ' ')
    .trim()
  return short.length > LONGEST ? `${short.slice(0, LONGEST)} …` : short
}

/** What a program calls itself, as far as that is a name of a program: whoever connects may say anything. */
export const programName = (given: string): string =>
  given === '' ? 'without a name' : /^[\w .:/@-]{1,63}$/.test(given) ? given : 'with an unusual name'
