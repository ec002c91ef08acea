const STEP = '  '

/** JSON for people (`_pretty=true`). Works on the text, so that numbers and order stay as they were written. */
export function indent(json: string): string {
  let out = ''
  let margin = '\n'
  let from = 0
  for (let at = 0; at < json.length; at++) {
    const char = json[at] as string
    if (char === '"') {
      while (++at < json.length && json[at] !== '"') if (json[at] === '\\') at++
      continue
    }
    if (!'{}[],: \n\r\t'.includes(char)) continue
    out += json.slice(from, at)
    from = at + 1
    if (char === ',') out += `,${margin}`
    else if (char === ':') out += ': '
    else if (char === '{' || char === '[') {
      margin += STEP
      out += char + margin
    } else if (char === '}' || char === ']') {
      margin = margin.slice(0, -STEP.length)
      // What opened last and is still empty stays on its line.
      out = out.endsWith(`${margin}${STEP}`) ? out.slice(0, -margin.length - STEP.length) + char : out + margin + char
    }
  }
  return out + json.slice(from)
}
