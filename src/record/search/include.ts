/** `_include` and `_revinclude`. https://hl7.org/fhir/R4/search.html#include */
import { extract, searchParameters } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import { join, type Sql, sql } from '#foundation/sql.ts'
import type { View } from '../access/view.ts'
import { keys } from '../index/hash.ts'
import { tableOf } from '../index/table.ts'
import { ReferenceReader } from '../references.ts'
import { keysByIndex } from '../statements/conditions.ts'
import { anyOf, type FoundRow, presentOnes } from '../statements/search.ts'
import type { Include } from './query.ts'

/** What an answer holds besides its matches, at most: one that is larger would not be read by anybody. */
const MOST_INCLUDED = 2_000
const MOST_ROUNDS = 10

export interface Item extends Readonly<FoundRow> {
  readonly type: string
}

/** What `includes` add to `matches`, each once; `complete` is false when there was more. */
export async function included(
  db: Queries,
  includes: readonly Include[],
  matches: readonly Item[],
  view: View | undefined,
): Promise<{ readonly items: readonly Item[]; readonly complete: boolean }> {
  const seen = new Set(matches.map(({ type, id }) => `${type}/${id}`))
  const items: Item[] = []
  let round = matches
  for (let rounds = 0; round.length > 0 && rounds < MOST_ROUNDS; rounds++) {
    const wanted = rounds === 0 ? includes : includes.filter((include) => include.iterate)
    const next: Item[] = []
    for (const include of wanted) {
      const found = include.reverse
        ? await pointingAt(db, include, round, view)
        : await pointedAt(db, include, round, view)
      for (const item of view === undefined ? found : await shownOf(db, view, 'read', found)) {
        const name = `${item.type}/${item.id}`
        if (seen.has(name)) continue
        if (items.length >= MOST_INCLUDED) return { items, complete: false }
        seen.add(name)
        items.push(item)
        next.push(item)
      }
    }
    round = next
  }
  return { items, complete: true }
}

/** What of `items` is shown of them. What is hidden is not followed either. */
export async function shownOf(
  db: Pick<Queries, 'quick'>,
  view: View,
  interaction: 'search' | 'read',
  items: readonly Item[],
): Promise<Item[]> {
  if (items.length === 0) return []
  const bodies = await view.shown(db, interaction, items)
  return items.map((item, index) => ({ ...item, body: bodies[index] as string }))
}

const within = (view: View | undefined, type: string): Sql[] => {
  const condition = view?.condition(type, 'read')
  return condition === undefined ? [] : [condition]
}

/** Who refers to what must not be found out by a reference that is hidden. */
function mayFollow(view: View | undefined, type: string, code: string): boolean {
  const parameter = searchParameters(type).get(code)
  return view === undefined || parameter === undefined || view.mayAskBy(type, parameter)
}

/** The resources that `from` refer to. */
async function pointedAt(
  db: Queries,
  { source, code, target }: Include,
  from: readonly Item[],
  view: View | undefined,
): Promise<Item[]> {
  const wanted = new Map<string, Set<string>>()
  for (const { type, body } of from) {
    if (type !== source) continue
    const reader = new ReferenceReader((parameter, targetType, id) => {
      if ((code !== '*' && parameter !== code) || (target !== undefined && targetType !== target)) return
      const ids = wanted.get(targetType) ?? new Set<string>()
      wanted.set(targetType, ids.add(id))
    })
    extract(type, JSON.parse(body), reader)
  }
  const found = await Promise.all(
    [...wanted].map(async ([type, ids]) => {
      if (view?.may(type, 'read') === false) return []
      const rows = await db.rows(presentOnes(type, [...ids].slice(0, MOST_INCLUDED), within(view, type)))
      return rows.map((row) => ({ type, ...row }))
    }),
  )
  return found.flat()
}

/** The resources of the include's source type that refer to any of `to`. */
async function pointingAt(
  db: Queries,
  { source, code, target }: Include,
  to: readonly Item[],
  view: View | undefined,
): Promise<Item[]> {
  if (view?.may(source, 'read') === false) return []
  const all =
    code === '*'
      ? [...searchParameters(source).values()].filter((one) => one.type === 'reference').map((one) => one.code)
      : [code]
  const codes = all.filter((one) => mayFollow(view, source, one))
  const table = tableOf(source)
  const named = to.filter(({ type }) => target === undefined || type === target)
  const conditions = codes.flatMap((one): Sql[] => {
    const patients = table.patient.has(one) ? named.filter(({ type }) => type === 'Patient').map(({ id }) => id) : []
    const others = named
      .filter(({ type }) => !(type === 'Patient' && table.patient.has(one)))
      .map(({ type, id }) => keys.reference(one, type, id))
    return [
      ...(patients.length > 0 ? [sql`r.patient = ANY(${patients}::text[])`] : []),
      ...(others.length > 0 ? [keysByIndex(others)] : []),
    ]
  })
  if (conditions.length === 0) return []
  const rows = await db.rows(anyOf(source, join(conditions, ' OR '), within(view, source), MOST_INCLUDED + 1))
  return rows.map((row) => ({ type: source, ...row }))
}
