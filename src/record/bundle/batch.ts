/** A batch: each entry by itself, whatever becomes of the others. https://hl7.org/fhir/R4/http.html#transaction */
import { fhirpathPatch, JSON_NAMES, jsonPatch, MOST_IN_PATCH, readExactly, refuseComplex } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { recordFaults } from '../faults.ts'
import { inPart, partOf } from '../part.ts'
import type { Change, HealthRecord, Reader, Version, Written } from '../record.ts'
import { parametersIn } from '../search/query.ts'
import { type Answer, openRefusals, statusText } from './answer.ts'
import type { Entry } from './entries.ts'
import { resting } from './rest.ts'

/** How many entries of a batch are under way together. */
const TOGETHER = 16

/** Carries out `entries`, each to its end; the answers stand in their order. */
export async function batch(
  record: HealthRecord,
  entries: readonly (Entry | Fault)[],
  base: string,
  log: Log,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const rest = resting()
  const refused = openRefusals(log)
  const work = async () => {
    for (let at = next++; at < entries.length; at = next++) {
      answers[at] = await answerTo(record, entries[at] as Entry | Fault, base).catch(refused)
      await rest()
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, work))
  return answers
}

async function answerTo(record: HealthRecord, entry: Entry | Fault, base: string): Promise<Answer> {
  if (entry instanceof Fault) throw entry
  const { method, type, id, query, text = '', ifMatch } = entry
  const when = ifMatch === undefined ? {} : { ifMatch }
  if (method === 'GET' || method === 'HEAD' || type === undefined) return readFor(record, entry, base)
  if (method === 'POST') return saved(await record.create(type, text, entry.ifNoneExist), base)
  if (method === 'PUT') {
    if (id === undefined) return saved(await record.updateWhere(type, query, text, when), base)
    return saved(await record.update(type, id, text, { ...when, ifNoneMatch: entry.ifNoneMatch }), base)
  }
  if (method === 'PATCH') {
    const change = patchIn(text)
    return saved(
      id === undefined
        ? await record.patchWhere(type, query, change, when)
        : await record.patch(type, id, change, when),
      base,
    )
  }
  const deleted = id === undefined ? await record.deleteWhere(type, query) : await record.delete(type, id, when)
  return { status: statusText(204), ...deleted }
}

const saved = ({ outcome, version }: Written, base: string): Answer =>
  writtenAnswer(outcome === 'created', version, base)

export const writtenAnswer = (created: boolean, { type, id, version, updated }: Version, base: string): Answer => ({
  status: statusText(created ? 201 : 200),
  location: `${base}/${type}/${id}/_history/${version}`,
  version,
  updated,
})

/** A patch in a Bundle comes as Parameters (FHIRPath Patch) or as a Binary with a JSON Patch. */
export function patchIn(text: string): Change {
  const resource = readPatch(text) as { resourceType?: unknown; contentType?: unknown; data?: unknown }
  if (resource.resourceType === 'Binary' && resource.contentType === 'application/json-patch+json')
    return jsonPatch(readPatch(Buffer.from(String(resource.data), 'base64').toString()))
  if (resource.resourceType === 'Parameters') return fhirpathPatch(resource)
  throw recordFaults['bad-patch']()
}

function readPatch(text: string): unknown {
  refuseComplex(text, MOST_IN_PATCH)
  return readExactly(text)
}

/** Reading, searching and history within a Bundle, as outside of one: with the parameters of the entry's own address. */
export async function readFor(
  record: Reader,
  { method, type, id, query, history, versionId }: Entry,
  base: string,
): Promise<Answer> {
  const parameters = parametersIn(query)
  if (!parameters.every(asksForJson)) throw recordFaults['not-json']()
  const resource = (text: string) => (method === 'HEAD' ? {} : { text })
  const of = { ...(type === undefined ? {} : { type }), parameters, strict: false, base }
  if (history && versionId === undefined) {
    const text = await record.history({ ...of, ...(id === undefined ? {} : { id }) })
    return { status: statusText(200), ...resource(text) }
  }
  if (type === undefined || id === undefined) return { status: statusText(200), ...resource(await record.search(of)) }
  const part = partOf(type, parameters, false)
  const found = versionId === undefined ? await record.read(type, id) : await record.vread(type, id, versionId)
  if (found.is === 'unknown') throw recordFaults['unknown-instance']()
  if (found.is === 'deleted') throw recordFaults['deleted-instance']()
  const { version, updated, text } = found.version
  return { status: statusText(200), version, updated, ...resource(inPart(type, text, part)) }
}

/** An unescaped + in a query is a space. */
const asksForJson = ([name, value]: readonly [string, string]): boolean =>
  name !== '_format' || JSON_NAMES.has((value.split(';', 1)[0] as string).trim().replace(' ', '+').toLowerCase())
