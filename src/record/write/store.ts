/**
 * Storing versions: the one place where a resource's row is written.
 *
 * Invariant: each version of a resource is stored once and numbered without a gap. A version is written only on top of
 * the one it was made from; when that is no longer the current one, nothing is written and the caller looks again.
 */
import { rowOf } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import { type Table, tableOf } from '../index/table.ts'
import type { NewVersion } from '../statements/columns.ts'
import { deleteVersion, insertVersions, replaceVersion, VersionRows } from '../statements/write.ts'

const LANES = 2
/** Creates of one type that may wait, each with its resource in memory; one more is refused with `database/full`. */
const MOST_WAITING = 1_000
/** Rows in one statement, in powers of two, so that each type has few statements to prepare. */
const SIZES = [32, 16, 8, 4, 2, 1]

/** Splits `versions` into runs whose lengths are in SIZES. */
function inSizes<T>(versions: readonly T[]): T[][] {
  const runs: T[][] = []
  for (let from = 0; from < versions.length; ) {
    const size = SIZES.find((one) => from + one <= versions.length) as number
    runs.push(versions.slice(from, from + size))
    from += size
  }
  return runs
}

/** A first version with the entry that tells of it. */
interface Told {
  readonly version: NewVersion
  readonly told: string
}

export type InsertNew = (created: Told) => Promise<void>

/** Opens the way for resources under ids the server made: creates that come close together share a statement and its commit. */
export function openInsert(db: Database): InsertNew {
  const writers = new Map<string, InsertNew>()
  return (created) => {
    const { table } = created.version.row
    let writer = writers.get(table.type)
    if (writer === undefined) {
      writer = gather<Told, void>(
        async (together) => {
          const versions = together.map(({ version }) => version)
          await db.append(insertVersions(table, versions, false, rowOf(together.map(({ told }) => told))))
          return []
        },
        { sizes: SIZES, lanes: LANES, most: MOST_WAITING, failTogether: true },
      )
      writers.set(table.type, writer)
    }
    return writer(created)
  }
}

/** From this many on, COPY costs less than a statement with parameters. */
const FEWEST_TO_COPY = 4

/**
 * First versions of new resources under ids that the server made, gathered for one transaction, which tells of them itself.
 * As the rows that they will be: of a large Bundle the objects would be most of the memory, and most of what collects it.
 */
export class NewVersions {
  readonly #tables = new Map<Table, { readonly few: NewVersion[]; rows?: VersionRows }>()

  add(version: NewVersion): void {
    const { table } = version.row
    let gathered = this.#tables.get(table)
    if (gathered === undefined) {
      gathered = { few: [] }
      this.#tables.set(table, gathered)
    }
    const { few } = gathered
    if (gathered.rows !== undefined) gathered.rows.add(version)
    else if (few.push(version) === FEWEST_TO_COPY) {
      gathered.rows = new VersionRows(table)
      for (const one of few) gathered.rows.add(one)
      few.length = 0
    }
  }

  /** Nothing may be added any more. */
  async insert(tx: Queries): Promise<void> {
    await Promise.all(
      [...this.#tables].flatMap(([table, { few, rows }]): Promise<unknown>[] => [
        ...inSizes(few).map((run) => tx.quick(insertVersions(table, run, false))),
        ...(rows?.end() ?? []).map(([into, bytes]) => tx.copy(into, bytes)),
      ]),
    )
  }
}

/** Inserts one under an id that the server made, within a transaction, which tells of it itself. */
export async function insertWithin(tx: Queries, version: NewVersion): Promise<void> {
  await tx.quick(insertVersions(version.row.table, [version], false))
}

/** Inserts a first version under the client's id; false when the id is taken. `told`: the entry, unless a transaction has it. */
export async function insertClaimed(queries: Queries, version: NewVersion, told?: string): Promise<boolean> {
  return (await queries.change(insertVersions(version.row.table, [version], true, told))).length === 1
}

/** Stores `next` on top of version `was`, and `told`; false when `was` is no longer current. */
export async function replace(queries: Queries, next: NewVersion, was: number, told?: string): Promise<boolean> {
  return (await queries.change(replaceVersion(next, was, told))).length === 1
}

/** Deletes on top of version `was`, and stores `told`; false when `was` is no longer current. */
export async function remove(
  queries: Queries,
  type: string,
  id: string,
  was: number,
  updated: string,
  told?: string,
): Promise<boolean> {
  return (await queries.change(deleteVersion(tableOf(type), id, was, updated, told))).length === 1
}
