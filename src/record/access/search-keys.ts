/** Searches as conditions of a right: what they would find, as keys of the search index. */
import type { Sql } from '#foundation/sql.ts'
import { sql } from '#foundation/sql.ts'
import { conditionOf } from '../search/conditions.ts'
import { parametersIn, understand } from '../search/query.ts'

/** All must hold, each by any of its keys. */
export type SearchKeys = readonly (readonly string[])[]

const NOTHING: Sql = sql`false`
const known = new Map<string, SearchKeys | undefined>()
const MOST_KNOWN = 5_000

/**
 * The keys by which rows of `type` are what `search` finds; undefined when it can't be told by keys alone. Only tokens can:
 * what a right depends on must be told in the same way of a row that is stored and of one that is about to be.
 */
export function searchKeys(type: string, search: string): SearchKeys | undefined {
  const name = `${type}?${search}`
  if (known.has(name)) return known.get(name)
  const made = readKeys(type, search)
  if (known.size < MOST_KNOWN) known.set(name, made)
  return made
}

function readKeys(type: string, search: string): SearchKeys | undefined {
  try {
    const { filters, sort, includes, cursor } = understand(type, parametersIn(search.replace(/^\?/, '')), true)
    if (filters.length === 0 || sort.length + includes.length > 0 || cursor !== undefined) return undefined
    const all: (readonly string[])[] = []
    for (const filter of filters) {
      const { parameter, modifier } = filter
      if (parameter.type !== 'token' || modifier !== undefined || parameter.code === '_id') return undefined
      let keys: readonly string[] | undefined
      conditionOf(type, filter, '', (wanted) => {
        keys = wanted
        return NOTHING
      })
      if (keys === undefined) return undefined
      all.push(keys)
    }
    return all
  } catch {
    return undefined
  }
}
