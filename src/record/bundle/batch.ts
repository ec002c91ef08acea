/** A batch: each entry by itself, whatever becomes of the others. https://hl7.org/fhir/R4/http.html#transaction */
import type { Audit } from '#audit'
import { fhirpathPatch, JSON_NAMES, jsonPatch, readPatch } from '#fhir'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { recordFaults } from '../faults.ts'
import { reference } from '../left.ts'
import { inPart, partOf } from '../part.ts'
import type { Answered, Asker, Change, HealthRecord, Reader, Version, Written } from '../record.ts'
import { parametersIn } from '../search/query.ts'
import { type Answer, openRefusals, statusText } from './answer.ts'
import { type Entry, versionIn } from './entries.ts'
import { resting } from './rest.ts'
import { refusedDeed } from './told.ts'

/** How many entries of a batch are under way together. */
const TOGETHER = 16

interface Tools {
  readonly record: HealthRecord
  readonly audit: Audit
  readonly log: Log
}

/**
 * Carries out `entries`, each to its end; the answers stand in their order. Also what is refused of them is written down;
 * when that can't be, nothing more is begun and it is thrown once all that was begun has ended.
 */
export async function batch(
  { record, audit, log }: Tools,
  caller: Asker,
  entries: readonly (Entry | Fault)[],
  base: string,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const rest = resting()
  const refused = openRefusals(log)
  const work = async () => {
    for (let at = next++; at < entries.length; at = next++) {
      const entry = entries[at] as Entry | Fault
      answers[at] = await answerTo(record, caller, entry, base).catch(async (error: unknown) => {
        const answer = refused(error)
        await audit.record(caller, refusedDeed(entry instanceof Fault ? undefined : entry, answer)).catch((failure) => {
          next = entries.length
          throw failure
        })
        return answer
      })
      await rest()
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: TOGETHER }, work))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return answers
}

async function answerTo(record: HealthRecord, caller: Asker, entry: Entry | Fault, base: string): Promise<Answer> {
  if (entry instanceof Fault) throw entry
  const { method, type, id, query, text = '', ifMatch } = entry
  const when = ifMatch === undefined ? {} : { ifMatch }
  if (method === 'GET' || method === 'HEAD' || type === undefined) return readFor(record, caller, entry, base)
  if (method === 'POST') return saved(await record.create(caller, type, text, entry.ifNoneExist), base)
  if (method === 'PUT') {
    if (id === undefined) return saved(await record.updateWhere(caller, type, query, text, when), base)
    return saved(await record.update(caller, type, id, text, { ...when, ifNoneMatch: entry.ifNoneMatch }), base)
  }
  if (method === 'PATCH') {
    const change = patchIn(text)
    return saved(
      id === undefined
        ? await record.patchWhere(caller, type, query, change, when)
        : await record.patch(caller, type, id, change, when),
      base,
    )
  }
  const deleted =
    id === undefined ? await record.deleteWhere(caller, type, query) : await record.delete(caller, type, id, when)
  return { status: statusText(204), ...deleted }
}

const saved = ({ outcome, version }: Written, base: string): Answer =>
  writtenAnswer(outcome === 'created', version, base)

export const writtenAnswer = (
  created: boolean,
  { type, id, version, updated, patients }: Version,
  base: string,
): Answer => {
  const resource = reference(type, id, version)
  return {
    status: statusText(created ? 201 : 200),
    location: `${base}/${resource}`,
    version,
    updated,
    about: { resource, patients },
  }
}

/** A patch in a Bundle comes as Parameters (FHIRPath Patch) or as a Binary with a JSON Patch. */
export function patchIn(text: string): Change {
  const resource = readPatch(text) as { resourceType?: unknown; contentType?: unknown; data?: unknown }
  if (resource.resourceType === 'Binary' && resource.contentType === 'application/json-patch+json')
    return jsonPatch(readPatch(Buffer.from(String(resource.data), 'base64').toString()))
  if (resource.resourceType === 'Parameters') return fhirpathPatch(resource)
  throw recordFaults['bad-patch']()
}

/** Reading, searching and history within a Bundle, as outside of one: with the parameters of the entry's own address. */
export async function readFor(
  record: Reader,
  caller: Asker,
  { method, type, id, query, history, versionId, known }: Entry,
  base: string,
): Promise<Answer> {
  const parameters = parametersIn(query)
  if (!parameters.every(asksForJson)) throw recordFaults['not-json']()
  const resource = (text: string) => (method === 'HEAD' ? {} : { text })
  const of = { ...(type === undefined ? {} : { type }), parameters, strict: false, base }
  if (history && versionId === undefined) {
    const text = await record.history(caller, { ...of, ...(id === undefined ? {} : { id }) })
    return { status: statusText(200), ...resource(text) }
  }
  if (type === undefined || id === undefined)
    return { status: statusText(200), ...resource(await record.search(caller, of)) }
  const part = partOf(type, parameters, false)
  const asksIfKnown = known.tags !== undefined || known.since !== undefined
  const isSo = (version: Version) => isKnown(known, version.version, version.updated)
  const answered: Answered | undefined = asksIfKnown ? (version) => (isSo(version) ? 304 : 200) : undefined
  const found =
    versionId === undefined
      ? await record.read(caller, type, id, answered)
      : await record.vread(caller, type, id, versionId, answered)
  if (found.is === 'unknown') throw recordFaults['unknown-instance']()
  if (found.is === 'deleted') throw recordFaults['deleted-instance']()
  const { version, updated, text } = found.version
  if (isSo(found.version)) return { status: statusText(304), version, updated }
  return { status: statusText(200), version, updated, ...resource(inPart(type, text, part)) }
}

/** As the headers If-None-Match and If-Modified-Since outside of a Bundle; the second is an instant here. */
function isKnown({ tags, since }: Entry['known'], version: number, updated: string): boolean {
  if (tags !== undefined) return tags.split(',').some((tag) => tag.trim() === '*' || versionIn(tag) === version)
  if (since === undefined) return false
  const instant = Date.parse(since)
  return instant <= nowMilliseconds() && Date.parse(updated) <= instant
}

/** An unescaped + in a query is a space. */
const asksForJson = ([name, value]: readonly [string, string]): boolean =>
  name !== '_format' || JSON_NAMES.has((value.split(';', 1)[0] as string).trim().replace(' ', '+').toLowerCase())
