/**
 * Links by address: what an entry refers to by the fullUrl of another, which may be on the server that the Bundle comes
 * from. https://hl7.org/fhir/R4/bundle.html#references
 */
import { referencesIn } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import { recordFaults } from '../faults.ts'
import type { Entry } from './entries.ts'

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/
/** The base of an address of a resource. */
const BASE = /^(.*)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/s

/** The entries with these links among theirs. Looks at the texts only when some entry that is stored has an address. */
export function withAddresses(entries: readonly Entry[], base: string): readonly Entry[] {
  const addresses = new Set(
    entries.flatMap(({ fullUrl, text }) => (text !== undefined && fullUrl && ADDRESS.test(fullUrl) ? [fullUrl] : [])),
  )
  if (addresses.size === 0) return entries
  return entries.map((entry) => {
    const { text, fullUrl = '', links } = entry
    if (text === undefined) return entry
    // What is relative is so to where its entry is from.
    const root = BASE.exec(ADDRESS.test(fullUrl) ? fullUrl : '')?.[1] ?? base
    const own = referencesIn(text).flatMap((one) => {
      const link = RELATIVE.test(one.link) ? `${root}/${one.link}` : one.link
      return addresses.has(link) ? [{ ...one, link }] : []
    })
    return own.length === 0 ? entry : { ...entry, links: [...links, ...own].sort((a, b) => a.from - b.from) }
  })
}

/** The entries of a batch; refused is what refers to another of them, since each is carried out by itself. */
export function apart(entries: readonly (Entry | Fault)[]): readonly (Entry | Fault)[] {
  const stored = new Set(
    entries.flatMap((entry) => (entry instanceof Fault || entry.text === undefined ? [] : [entry.fullUrl])),
  )
  return entries.map((entry) => {
    if (entry instanceof Fault || !entry.links.some(({ link }) => stored.has(link))) return entry
    return recordFaults['bad-entry']({
      index: entry.index,
      why: 'it refers to an entry by its fullUrl, which only a transaction resolves.',
    })
  })
}
