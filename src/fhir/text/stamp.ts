/**
 * The server's id and meta in the client's own text: nothing else is written anew, so that decimals, order and spelling
 * stay as they came. https://hl7.org/fhir/R4/resource.html#Meta
 */
import { afterSpace, endOfString, type Member, QUOTE, scan, type TextMap } from './scan.ts'

/** `text` with `id`, `meta.versionId` and `meta.lastUpdated` in it; other members of `meta` are kept. */
export function stamp(text: string, map: TextMap, id: string, version: number, updated: string): string {
  if (text.includes('\n')) {
    const compacted = compact(text)
    return stamp(compacted, scan(compacted), id, version, updated)
  }
  const find = (name: string) => map.top.find((member) => member.name === name)
  const idMember = find('id')
  const metaMember = find('meta')
  const versioned = `"versionId":"${version}","lastUpdated":"${updated}"`
  const meta = metaMember === undefined ? `{${versioned}}` : metaText(text, metaMember, versioned)

  const edits: Edit[] = []
  if (idMember !== undefined) edits.push({ from: idMember.valueStart, to: idMember.valueEnd, text: `"${id}"` })
  if (metaMember !== undefined) edits.push({ from: metaMember.valueStart, to: metaMember.valueEnd, text: meta })
  const added = [...(idMember ? [] : [`"id":"${id}"`]), ...(metaMember ? [] : [`"meta":${meta}`])]
  if (added.length > 0) {
    const after = idMember ?? find('resourceType') ?? (map.top[0] as Member)
    edits.push({ from: after.valueEnd, to: after.valueEnd, text: `,${added.join(',')}` })
  }
  // There are two at most.
  if (edits[1] !== undefined && (edits[0] as Edit).from > edits[1].from) edits.reverse()

  let stamped = ''
  let from = 0
  for (const edit of edits) {
    stamped += text.slice(from, edit.from) + edit.text
    from = edit.to
  }
  return stamped + text.slice(from)
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The client's meta with the server's members first and its own versionId and lastUpdated left out. */
function metaText(text: string, { valueStart, valueEnd }: Member, versioned: string): string {
  const meta = text.slice(valueStart, valueEnd)
  const kept = scan(meta)
    .top.filter(({ name }) => !/^_?(versionId|lastUpdated)$/.test(name))
    .map((member) => meta.slice(member.nameStart, member.valueEnd))
  return `{${[versioned, ...kept].join(',')}}`
}

/** Without white space between its parts. Half of a pretty-printed resource is indentation. */
function compact(text: string): string {
  let compacted = ''
  let from = 0
  for (let at = 0; at < text.length; ) {
    const next = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : afterSpace(text, at)
    if (next === at) at++
    else {
      if (text.charCodeAt(at) !== QUOTE) {
        compacted += text.slice(from, at)
        from = next
      }
      at = next
    }
  }
  return compacted + text.slice(from)
}
