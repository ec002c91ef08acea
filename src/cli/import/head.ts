/**
 * What a JSON text says of itself, found in its bytes: decoding and parsing them would be most of what an import costs.
 *
 * Safe on any bytes, JSON or not: it keeps no stack, so that depth costs nothing, and it only ever moves forward.
 */

/** Of a member that stands there twice the last, as JSON.parse has it. Undefined: missing, no string, or with escapes. */
export interface Head {
  resourceType: string | undefined
  type: string | undefined
  id: string | undefined
  /**
   * Whether the text is one object and nothing more. Such a text can be put in the place of a value: if the result is
   * JSON, the text is that value, and no bracket or quote in it reaches beyond it.
   */
  whole: boolean
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const BACKSLASH = 92
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Looks through `text` to its end, or only until `enough` says so; then `whole` is false. */
export function headOf(text: Buffer, enough: (head: Head) => boolean = () => false): Head {
  const head: Head = { resourceType: undefined, type: undefined, id: undefined, whole: false }
  let at = afterSpace(text, 0)
  if (text[at] !== OPEN_OBJECT) return head
  let depth = 0
  // Of the outermost object: the member that was named last, and whether its value is awaited.
  let name: keyof Omit<Head, 'whole'> | undefined
  let isValue = false
  for (; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE: {
        const end = endOfString(text, at)
        if (depth === 1) {
          if (!isValue) name = nameAt(text, at + 1, end - 1)
          else if (name !== undefined) {
            head[name] = plain(text, at + 1, end - 1)
            if (enough(head)) return head
          }
        }
        at = end - 1
        break
      }
      case COLON:
        if (depth === 1) isValue = true
        break
      case COMMA:
        if (depth === 1) isValue = false
        break
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        depth++
        break
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (--depth > 0) break
        head.whole = afterSpace(text, at + 1) === text.length
        return head
    }
  }
  return head
}

/** The place after the string that opens at `at`; beyond the end of the text when it does not close. */
function endOfString(text: Buffer, at: number): number {
  for (at++; at < text.length; at++) {
    const byte = text[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  return text.length + 1
}

function nameAt(text: Buffer, from: number, to: number): 'resourceType' | 'type' | 'id' | undefined {
  const length = to - from
  if (length !== 2 && length !== 4 && length !== 12) return undefined
  const name = text.toString('latin1', from, to)
  return name === 'resourceType' || name === 'type' || name === 'id' ? name : undefined
}

function plain(text: Buffer, from: number, to: number): string | undefined {
  const value = text.toString('utf8', from, to)
  return value.includes('\\') ? undefined : value
}

/** The place of the first byte from `at` on that is no space. */
export function afterSpace(text: Buffer, at: number): number {
  for (; ; at++) {
    const byte = text[at]
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return at
  }
}
