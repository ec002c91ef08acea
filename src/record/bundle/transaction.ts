/**
 * A transaction: all of it or nothing. https://hl7.org/fhir/R4/http.html#trules
 *
 * Everything that can be decided without the database is decided first; then, in one database transaction, the
 * conditions are resolved, the resources to be changed are locked in one order, and everything is written. Deletes come
 * before creates, creates before updates, reads last.
 */

import type { Audit } from '#audit'
import { rewriteLinks } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import type { Fault } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'
import type { View } from '../access/view.ts'
import type { Views } from '../access/views.ts'
import { type Admitted, admit, newVersion } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { key } from '../index/hash.ts'
import { reference } from '../left.ts'
import { openReader, readLocked } from '../read.ts'
import type { Asker, Found, Reader } from '../record.ts'
import type { References } from '../references.ts'
import { matching } from '../search/search.ts'
import type { NewVersion } from '../statements/columns.ts'
import { lockCriteria } from '../statements/write.ts'
import { timeOfVersion } from '../time.ts'
import { alsoBefore, asSeen, asVersion, checkCondition, present } from '../write/change.ts'
import { insertClaimed, NewVersions, remove, replace } from '../write/store.ts'
import { type Answer, statusText } from './answer.ts'
import { patchIn, readFor, writtenAnswer } from './batch.ts'
import type { Entry } from './entries.ts'
import { permitChanges, permitNew, requireAll } from './permit.ts'
import { InvalidResources, inEntry, placed, refuseAll } from './place.ts'
import { resting } from './rest.ts'
import { changeDeed } from './told.ts'

/** What an entry will do, once it is known which resource it is about. */
export interface Deed {
  readonly entry: Entry
  readonly type: string
  readonly id: string
  /** `Type/id`. */
  readonly name: string
  /** `new`: under an id of the server's; `there`: a conditional create that found its resource. */
  readonly does: 'new' | 'put' | 'patch' | 'delete' | 'there' | 'nothing'
  /** Whether criteria, not an id, said which resource. */
  readonly matched: boolean
}

/** Carries out `entries` within `tx`, told to its `audit`; throws the first refusal, and then nothing may be kept. */
export async function transaction(
  tx: Queries,
  { references, views }: { readonly references: References; readonly views: Views },
  audit: Pick<Audit, 'record' | 'query'>,
  caller: Asker,
  entries: readonly Entry[],
  base: string,
): Promise<Answer[]> {
  const view = await views.of(caller)
  if (view !== undefined) requireAll(view, entries)
  const deeds = await identify(tx, entries, base, view)
  refuseClashes(deeds)

  const ids = new Map(deeds.flatMap(({ entry, name }) => (entry.fullUrl === undefined ? [] : [[entry.fullUrl, name]])))
  const resolve = await resolver(tx, entries, ids, base, view)
  const current = await lock(tx, deeds, view)
  refuseVanished(deeds, current)
  if (view !== undefined) await permitChanges(tx, view, deeds, current)
  const answers: Answer[] = []

  for (const deed of deeds.filter(({ does }) => does === 'delete'))
    answers[deed.entry.index] = await deleteIn(tx, deed, current)

  refuseUnmet(deeds, current)

  const going = new Set(deeds.filter(({ does }) => does === 'delete').map(({ name }) => name))
  const referred = references.inTransaction(new Set(deeds.map(({ name }) => name)).difference(going))
  const begun = timeOfVersion()
  const first = new NewVersions()
  const later: Later[] = []
  /** Only whoever is judged by what they store has it kept: as objects it is many times its text. */
  const judged = view === undefined ? undefined : new Map<Deed, NewVersion>()
  const turn = resting()
  const invalid = new InvalidResources()
  for (const deed of deeds) {
    const { entry, type, name, does } = deed
    if (does === 'delete' || does === 'nothing') continue
    const rest = turn()
    if (rest !== undefined) await rest
    // Also what will not be stored, because it is there already, must be what it says it is.
    const admitted = invalid.gather(() => inEntry(entry.index, () => admitIn(deed, current, resolve)))
    if (admitted === undefined || does === 'there') continue
    const was = current.get(name) ?? { is: 'unknown' }
    const next = asNext(deed, admitted, was, begun)
    referred.add(`Bundle.entry[${entry.index}].resource`, next.row)
    judged?.set(deed, next)
    const version = asVersion(type, next)
    const patients = was.is === 'present' ? alsoBefore(version.patients, was.version.patients) : version.patients
    answers[entry.index] = writtenAnswer(was.is !== 'present', { ...version, patients }, base)
    // What an update creates is told by history as put, whoever made the id.
    if (does === 'new' && entry.method === 'POST') first.add(next)
    else later.push({ name, next, was: former(was)?.version })
  }
  invalid.refuse()
  if (view !== undefined && judged !== undefined) await permitNew(tx, view, judged)
  await referred.check(tx, view)
  // Two transactions that claim the same new ids, in one order, can't wait for each other.
  later.sort((a, b) => (a.name < b.name ? -1 : 1))
  // Begun only now that nothing more can be refused: a write that nobody waits for would end the process if it failed.
  await Promise.all([first.insert(tx), ...later.map((one) => write(tx, one))])

  for (const { entry, name, does } of deeds) {
    if (does === 'there') {
      const { version } = present(current.get(name) ?? { is: 'unknown' })
      answers[entry.index] = writtenAnswer(false, version, base)
    } else if (does === 'nothing') answers[entry.index] = { status: statusText(204) }
  }
  for (const { entry } of deeds) {
    const deed = changeDeed(entry, answers[entry.index] as Answer, audit)
    await audit.record(asSeen(view, caller, deed.patients), deed)
  }
  return withReads(openReader(tx, audit, views), caller, entries, answers, base)
}

/** A version that is stored under an id that a client made, or on top of version `was`. */
interface Later {
  readonly name: string
  readonly next: NewVersion
  readonly was: number | undefined
}

async function write(tx: Queries, { next, was }: Later): Promise<void> {
  const stored = was === undefined ? await insertClaimed(tx, next) : await replace(tx, next, was)
  // The row was locked, so only somebody who created the same id meanwhile can have come between.
  if (!stored) throw recordFaults.contended()
}

/** Reads come last and see what the transaction has written. */
async function withReads(
  reader: Reader,
  caller: Asker,
  entries: readonly Entry[],
  answers: Answer[],
  base: string,
): Promise<Answer[]> {
  for (const entry of entries) {
    if (entry.method === 'GET' || entry.method === 'HEAD') {
      answers[entry.index] = await readFor(reader, caller, entry, base).catch((error: unknown) => {
        throw placed(error, entry.index)
      })
    }
  }
  return answers
}

/** Finds out which resource each changing entry is about. */
async function identify(tx: Queries, entries: readonly Entry[], base: string, view: View | undefined): Promise<Deed[]> {
  const changing = entries.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
  const conditional = changing.filter(
    ({ id, query, ifNoneExist }) => ifNoneExist !== undefined || (id === undefined && query !== ''),
  )
  const criteria = (entry: Entry) => key('criteria', entry.type ?? '', entry.ifNoneExist ?? entry.query)
  // In one order, so that two transactions with the same criteria can't wait for each other.
  for (const one of [...new Set(conditional.map(criteria))].sort()) await tx.quick(lockCriteria(one))

  const deeds: Deed[] = []
  const add = (entry: Entry, id: string, does: Deed['does'], matched: boolean) => {
    const type = entry.type as string
    deeds.push({ entry, type, id, name: `${type}/${id}`, does, matched })
  }
  for (const entry of changing) {
    const { method, id, query, ifNoneExist } = entry
    const type = entry.type as string
    const wanted = ifNoneExist ?? (id === undefined ? query : undefined)
    const match = wanted ? await oneMatch(tx, type, wanted, base, view, entry) : undefined
    const matched = match !== undefined
    if (method === 'POST') add(entry, match ?? newId(), match === undefined ? 'new' : 'there', matched)
    else if (method === 'PUT') {
      const target = id ?? match ?? ownId(entry)
      add(entry, target ?? newId(), target === undefined ? 'new' : 'put', matched)
    } else if (method === 'PATCH') {
      const target = id ?? match
      if (target === undefined) throw placed(recordFaults['no-match'](), entry.index)
      add(entry, target, 'patch', matched)
    } else {
      const target = id ?? match
      add(entry, target ?? '', target === undefined ? 'nothing' : 'delete', matched)
    }
  }
  return deeds
}

/** The one match of the criteria of `entry`, or undefined. */
async function oneMatch(
  tx: Queries,
  type: string,
  criteria: string,
  base: string,
  view: View | undefined,
  { index }: Entry,
): Promise<string | undefined> {
  try {
    const [match, ...more] = await matching(tx, type, criteria, base, view)
    if (more.length > 0) throw recordFaults['several-matches']()
    return match
  } catch (error) {
    throw placed(error, index)
  }
}

/** The id that a resource brings along: a conditional update that matches nothing creates it under that. */
function ownId({ text = '{}' }: Entry): string | undefined {
  const { id } = JSON.parse(text) as { id?: unknown }
  return typeof id === 'string' ? id : undefined
}

/** One resource may be changed once: the outcome must not depend on the order of entries. */
function refuseClashes(deeds: readonly Deed[]): void {
  const seen = new Set<string>()
  const again: Fault[] = []
  for (const { entry, name, does } of deeds) {
    if (does === 'new' || does === 'there' || does === 'nothing') continue
    if (seen.has(name))
      again.push(placed(recordFaults['same-resource-twice']({ index: entry.index }), entry.index) as Fault)
    seen.add(name)
  }
  refuseAll(again)
}

/** What matched was there before it was locked: if it has been deleted since, the criteria have to be asked again. */
function refuseVanished(deeds: readonly Deed[], current: ReadonlyMap<string, Found>): void {
  for (const deed of deeds) if (deed.matched && current.get(deed.name)?.is !== 'present') throw recordFaults.contended()
}

/** What is to be written has to be as its entry says it should be. */
function refuseUnmet(deeds: readonly Deed[], current: ReadonlyMap<string, Found>): void {
  for (const { entry, name, does } of deeds) {
    if (does !== 'new' && does !== 'put' && does !== 'patch') continue
    const was = current.get(name) ?? { is: 'unknown' }
    inEntry(entry.index, () => {
      checkCondition(was, entry.ifMatch === undefined ? {} : { ifMatch: entry.ifMatch })
      if (was.is === 'present' && entry.ifNoneMatch) throw recordFaults['already-there']()
    })
  }
}

const MOST_CONDITIONAL = 1_000
const CRITERIA = /^[A-Z][A-Za-z]+\?/

/** What a link within the Bundle, or a conditional reference, stands for. */
async function resolver(
  tx: Queries,
  entries: readonly Entry[],
  ids: ReadonlyMap<string, string>,
  base: string,
  view: View | undefined,
) {
  /** With the first entry that has it. */
  const conditional = new Map<string, Entry>()
  for (const entry of entries)
    for (const { link } of entry.links) if (CRITERIA.test(link) && !conditional.has(link)) conditional.set(link, entry)
  // Each is a search, one after the other, while locks are held.
  if (conditional.size > MOST_CONDITIONAL)
    throw recordFaults['too-many-conditional-references']({ most: MOST_CONDITIONAL })
  const found = new Map<string, string>()
  for (const [reference, entry] of conditional) {
    const at = reference.indexOf('?')
    const type = reference.slice(0, at)
    const match = await oneMatch(tx, type, reference.slice(at + 1), base, view, entry)
    if (match === undefined) throw placed(recordFaults['no-match'](), entry.index)
    found.set(reference, `${type}/${match}`)
  }
  return (link: string): string | undefined => found.get(link) ?? ids.get(link) ?? fragment(ids, link)
}

/** `urn:uuid:…#part` keeps its part. */
function fragment(ids: ReadonlyMap<string, string>, link: string): string | undefined {
  const at = link.indexOf('#')
  const whole = at < 0 ? undefined : ids.get(link.slice(0, at))
  return whole && whole + link.slice(at)
}

/** Locks what will be changed, type by type in one order, and says what is there. */
async function lock(tx: Queries, deeds: readonly Deed[], view: View | undefined): Promise<Map<string, Found>> {
  const current = new Map<string, Found>()
  const wanted = deeds.filter(({ does }) => does !== 'new' && does !== 'nothing')
  const byType = Map.groupBy(wanted, ({ type }) => type)
  for (const type of [...byType.keys()].sort()) {
    const ids = (byType.get(type) as Deed[]).map(({ id }) => id)
    for (const [id, found] of await readLocked(tx, type, ids, view)) current.set(`${type}/${id}`, found)
  }
  return current
}

async function deleteIn(
  tx: Queries,
  { entry, type, id, name }: Deed,
  current: ReadonlyMap<string, Found>,
): Promise<Answer> {
  const was = current.get(name) ?? { is: 'unknown' }
  checkCondition(was, entry.ifMatch === undefined ? {} : { ifMatch: entry.ifMatch })
  if (was.is !== 'present') return { status: statusText(204) }
  const { version, updated, patients } = was.version
  const at = timeOfVersion(updated)
  if (!(await remove(tx, type, id, version, at))) throw recordFaults.contended()
  const about = { resource: reference(type, id, version + 1), patients }
  return { status: statusText(204), version: version + 1, updated: at, about }
}

/** The version that a new one follows, also a deletion. */
const former = (was: Found) => (was.is === 'present' ? was.version : was.is === 'deleted' ? was : undefined)

/** `begun`: when it is the first of its resource. */
function asNext({ id }: Deed, admitted: Admitted, current: Found, begun: string): NewVersion {
  const was = former(current)
  return newVersion(admitted, id, (was?.version ?? 0) + 1, was === undefined ? begun : timeOfVersion(was.updated))
}

/** The resource as it will be stored, its links resolved. */
function admitIn(
  { entry, type, id, name, does }: Deed,
  current: ReadonlyMap<string, Found>,
  resolve: (link: string) => string | undefined,
): Admitted {
  const text = entry.text as string
  if (does === 'patch') {
    const { version } = present(current.get(name) ?? { is: 'unknown' })
    const patched = admit(type, patchIn(rewriteLinks(text, entry.links, resolve))(version.text), true)
    if (patched.id !== id) throw recordFaults['other-id']()
    return patched
  }
  const admitted = admit(type, rewriteLinks(text, entry.links, resolve), true)
  if (entry.id !== undefined && admitted.id !== undefined && admitted.id !== entry.id) throw recordFaults['other-id']()
  return admitted
}
