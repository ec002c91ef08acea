const STEP = '  '

/** JSON for people (`_pretty=true`). Works on the text, so that numbers and order stay as they were written. */
export function indent(json: string): string {
  let out = ''
  let margin = '\n'
  let from = 0
  // Whether what opened last is empty so far: it stays on its line. Not read from `out`, which would be copied each time.
  let empty = false
  const begin = (at: number) => {
    if (empty) out += margin
    empty = false
    out += json.slice(from, at)
  }
  for (let at = 0; at < json.length; at++) {
    const char = json[at] as string
    if (char === '"') {
      while (++at < json.length && json[at] !== '"') if (json[at] === '\\') at++
      continue
    }
    if (!'{}[],: \n\r\t'.includes(char)) continue
    if (at > from) begin(at)
    from = at + 1
    if (char === ',') out += `,${margin}`
    else if (char === ':') out += ': '
    else if (char === '{' || char === '[') {
      begin(at)
      out += char
      margin += STEP
      empty = true
    } else if (char === '}' || char === ']') {
      margin = margin.slice(0, -STEP.length)
      out += empty ? char : margin + char
      empty = false
    }
  }
  return out + json.slice(from)
}
