/**
 * Links by address: what an entry refers to by the fullUrl of another, which may be on the server that the Bundle comes
 * from. https://hl7.org/fhir/R4/bundle.html#references
 */
import { isConditional, type Link, referencesIn, rewriteLinks } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import { recordFaults } from '../faults.ts'
import type { Entry } from './entries.ts'
import { inEntry } from './place.ts'

const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/
const VERSION = /\/_history\/[A-Za-z0-9\-.]{1,64}$/
/** The address of a resource: its base, and `Type/id`. */
const PARTS = /^(.*)\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/s

/** By how much a Bundle may grow by the bases that are put before its references. */
const MOST_ADDED = 16 * 1024 * 1024

interface Addresses {
  readonly entries: ReadonlyMap<string, Entry>
  /** By the base, then by `Type/id`. */
  readonly byBase: ReadonlyMap<string, ReadonlyMap<string, Entry>>
}

/** The entries of a transaction with these links among theirs. */
export function withAddresses(entries: readonly Entry[], base: string): readonly Entry[] {
  const linksOf = reader(addressesOf(entries), base)
  return entries.map((entry) => {
    const own = inEntry(entry.index, () => linksOf(entry))
    return own.length === 0 ? entry : { ...entry, links: [...entry.links, ...own].sort((a, b) => a.from - b.from) }
  })
}

/** What an entry of a batch is as it is stored: it refers to none of the others. */
export function byItself(base: string): (entry: Entry) => Entry {
  const linksOf = reader(addressesOf([]), base)
  return (entry) => {
    const own = linksOf(entry)
    return entry.text === undefined || own.length === 0
      ? entry
      : { ...entry, text: rewriteLinks(entry.text, own, inJson) }
  }
}

/** The entries of a batch; refused is what refers to another by its `urn:`, since each is carried out by itself. */
export function apart(entries: readonly (Entry | Fault)[]): readonly (Entry | Fault)[] {
  const stored = new Set(
    entries.flatMap((entry) => (entry instanceof Fault || !isStored(entry) ? [] : [entry.fullUrl])),
  )
  return entries.map((entry) => {
    if (entry instanceof Fault) return entry
    const { index, fullUrl, links } = entry
    if (!links.some(({ link }) => link !== fullUrl && stored.has(link))) return entry
    return recordFaults['bad-entry']({
      index,
      why: 'it refers to an entry by its fullUrl, which only a transaction resolves.',
    })
  })
}

const isStored = ({ method, text }: Entry): boolean =>
  text !== undefined && (method === 'POST' || method === 'PUT' || method === 'PATCH')

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

function partsOf(fullUrl = ''): readonly [base: string, name: string] | undefined {
  const parts = ADDRESS.test(fullUrl) ? PARTS.exec(fullUrl) : null
  return parts === null ? undefined : [parts[1] as string, parts[2] as string]
}

function addressesOf(all: readonly Entry[]): Addresses {
  const entries = new Map<string, Entry>()
  const byBase = new Map<string, Map<string, Entry>>()
  for (const entry of all) {
    const { fullUrl } = entry
    if (fullUrl === undefined || !ADDRESS.test(fullUrl) || !isStored(entry)) continue
    entries.set(fullUrl, entry)
    const parts = partsOf(fullUrl)
    if (parts === undefined) continue
    const [base, name] = parts
    const names = byBase.get(base) ?? new Map<string, Entry>()
    byBase.set(base, names.set(name, entry))
  }
  return { entries, byBase }
}

/**
 * Tells of each entry what it refers to by address. A relative reference is relative to where its entry is from. What is
 * created here and refers to what stayed there does so by the whole address: `Patient/9` would be another, our own. An
 * entry that is put keeps the id that it has there, and so does what it refers to. Our own addresses become relative.
 */
function reader({ entries, byBase }: Addresses, base: string): (entry: Entry) => readonly Link[] {
  const own = `${base}/`
  const spelled = [`"${own}`, `"${own.replaceAll('/', '\\/')}`]
  let added = 0
  return ({ index, method, text, fullUrl }) => {
    if (text === undefined) return []
    const from = partsOf(fullUrl)?.[0] ?? base
    const staysThere = method === 'POST' && from !== base
    // Most texts are not looked at.
    if (entries.size === 0 && !staysThere && !spelled.some((one) => text.includes(one))) return []
    const near = byBase.get(from)
    const there = staysThere ? inJson(from) : ''
    return referencesIn(text).flatMap((one): readonly Link[] => {
      const name = one.link.replace(VERSION, '')
      const isRelative = RELATIVE.test(name)
      const found = (isRelative ? near : entries)?.get(name)
      if (found?.fullUrl !== undefined && (name === one.link || !keepsVersions(found, base)))
        return [{ ...one, link: found.fullUrl }]
      if (one.link.startsWith(own)) {
        const rest = one.link.slice(own.length)
        return [isConditional(rest) ? { ...one, link: rest } : { ...one, instead: inJson(rest) }]
      }
      if (!staysThere || !isRelative) return []
      added += there.length + 1
      if (added > MOST_ADDED)
        throw recordFaults['bad-entry']({ index, why: 'it refers too often to what is not in the Bundle.' })
      return [{ ...one, instead: `${there}/${one.link}` }]
    })
  }
}

/** Whether the versions of `entry` are ours: of what comes from elsewhere, or becomes another, they are not. */
const keepsVersions = ({ method, fullUrl }: Entry, base: string): boolean =>
  method !== 'POST' && partsOf(fullUrl)?.[0] === base
