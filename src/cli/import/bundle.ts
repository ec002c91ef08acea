/** The units of a Bundle that is no transaction yet. */
import { isUtf8 } from 'node:buffer'
import type { ReadEntries } from '#fhir'
import { cliFaults } from '../faults.ts'
import { type Entry, givenEntry, resourceEntry, resourceIn, transactionOf } from './entry.ts'
import { textOf } from './reasons.ts'
import { Together } from './together.ts'
import type { Refusal, Unit } from './unit.ts'

/** Throws why `text` is no Bundle. */
export async function readBundle(text: Buffer): Promise<ReadEntries> {
  if (!isUtf8(text)) throw cliFaults['not-utf-8']()
  // Loaded only now: that takes longer than many an import.
  const { readEntries } = await import('#fhir')
  const bundle = readEntries(text.toString('utf8'))
  if (bundle.envelope.resourceType !== 'Bundle') throw cliFaults['no-type']()
  return bundle
}

interface Given {
  readonly fullUrl?: unknown
  readonly request?: unknown
}

/**
 * A transaction goes as it is. The entries of a batch and of any other Bundle stand for themselves: they are sent as
 * transactions too, under keys of their own, so that each is carried out once whatever happens in between.
 */
export function* unitsOfBundle(
  from: string,
  text: Buffer,
  { envelope, texts }: ReadEntries,
): Generator<Unit | Refusal> {
  const { type, entry = [] } = envelope
  if (type === 'transaction' || !Array.isArray(entry)) {
    yield { from, text }
    return
  }
  const given = entry as readonly (Given | null)[]
  const entries: { readonly place: string; readonly entry: Entry }[] = []
  for (const [index, one] of given.entries()) {
    const place = `${from} entry ${index + 1}`
    const text = texts[index]
    const bytes = text === undefined ? undefined : Buffer.from(text)
    if (type === 'batch') entries.push({ place, entry: givenEntry(one?.fullUrl, bytes, one?.request) })
    else if (bytes !== undefined) {
      const resource = resourceIn(bytes)
      if (resource === undefined) yield { from: place, why: [textOf(cliFaults['no-type']())] }
      else entries.push({ place, entry: resourceEntry(resource, one?.fullUrl) })
    }
  }
  if (type !== 'batch' && entries.length > 0 && given.some((one) => /^urn:/.test(String(one?.fullUrl))))
    // They refer to each other by these addresses, which mean nothing outside.
    yield { from, text: transactionOf(entries.map(({ entry }) => entry)), requestsMade: true }
  else {
    const together = new Together()
    for (const { place, entry } of entries) yield* together.add(place, entry)
    yield* together.rest()
  }
}
