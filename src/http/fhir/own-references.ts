/**
 * References to this very server: https://hl7.org/fhir/R4/search.html#reference "if a reference is an absolute URL of the
 * server's own, it and the relative form are the same".
 *
 * They are stored in the relative form: it stays true when the server's name changes, and it is what everybody else's
 * references to the same resource look like to search, includes and the check of references.
 */
export function withOwnReferencesRelative(text: string, base: string): string {
  const own = `"${base}/`
  if (!text.includes(own)) return text
  let relative = ''
  let done = 0
  for (let at = text.indexOf(own); at >= 0; at = text.indexOf(own, at + 1)) {
    if (!/"reference"\s{0,20}:\s{0,20}$/.test(text.slice(Math.max(0, at - 60), at))) continue
    relative += text.slice(done, at + 1)
    done = at + own.length
  }
  return relative + text.slice(done)
}
