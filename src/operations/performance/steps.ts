/** What a measure says should be done. Pure. */
import { size } from './findings.ts'
import type { DatabaseName, IndexUse, OptimizeStep, TableUse } from './terms.ts'

/** A table that nobody has changed much is left as it is. */
const LEAST_CHANGED = 1_000
const CHANGED = 0.1
const LEAST_DEAD = 1_000
const DEAD = 0.2
/** Percent. A B-tree that was just built is 90 % full; one that lives has about 70. */
const LEAST_DENSITY = 50
/** From then on a tenth of a table, which autovacuum waits for, is a lot. */
const LARGE_ROWS = 1_000_000

export interface Tree {
  readonly index: string
  readonly bytes: number
  /** Percent. */
  readonly density: number
}

export interface Found {
  readonly database: DatabaseName
  readonly tables: readonly (TableUse & { readonly isTuned: boolean })[]
  readonly broken: readonly Pick<IndexUse, 'index' | 'table'>[]
  readonly trees: readonly Tree[]
}

const NOBODY = 'Nobody: reads and writes go on.'

/** What is quick comes first, and what is left half done at the end of an index that could not be built is taken away. */
export function stepsFor({ database, tables, broken, trees }: Found): OptimizeStep[] {
  return [
    ...tables.flatMap((table) => vacuumOrAnalyze(database, table)),
    ...broken.map(
      ({ index, table }): OptimizeStep =>
        /_cc(?:new|old)\d*"?$/.test(index)
          ? {
              kind: 'drop-broken',
              database,
              about: index,
              because: `It is what an index of ${table} left that could not be built; it is written and never read.`,
              statement: `DROP INDEX CONCURRENTLY ${index}`,
              holds: NOBODY,
            }
          : {
              kind: 'reindex',
              database,
              about: index,
              because: `It is broken: it is written and never read.`,
              statement: `REINDEX INDEX CONCURRENTLY ${index}`,
              holds: NOBODY,
            },
    ),
    ...trees
      .filter(({ density }) => density < LEAST_DENSITY)
      .toSorted((a, b) => a.bytes - b.bytes)
      .map(
        ({ index, bytes, density }): OptimizeStep => ({
          kind: 'reindex',
          database,
          about: index,
          because: `Its leaves are ${density.toFixed(0)} % full (${size(bytes)}); below ${LEAST_DENSITY} % it is worth it.`,
          statement: `REINDEX INDEX CONCURRENTLY ${index}`,
          holds: `${NOBODY} It needs up to ${size(bytes)} of disk meanwhile.`,
        }),
      ),
    ...tables
      .filter(({ rows, isTuned }) => rows >= LARGE_ROWS && !isTuned)
      .map(
        ({ table, rows }): OptimizeStep => ({
          kind: 'tune-vacuum',
          database,
          about: table,
          because: `It has ${rows} rows: autovacuum would wait until ${Math.round(rows / 5)} of them are dead.`,
          statement: `ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
          holds: 'Other changes of its form, for a moment.',
        }),
      ),
  ]
}

function vacuumOrAnalyze(
  database: DatabaseName,
  { table, rows, dead, changedSinceAnalyze, analyzed }: Found['tables'][number],
): OptimizeStep[] {
  const share = dead / Math.max(1, rows + dead)
  if (dead >= LEAST_DEAD && share >= DEAD)
    return [
      {
        kind: 'vacuum',
        database,
        about: table,
        because: `${dead} of ${rows + dead} rows are dead (${Math.round(100 * share)} %).`,
        statement: `VACUUM (ANALYZE) ${table}`,
        holds: NOBODY,
      },
    ]
  const isStale = changedSinceAnalyze >= Math.max(LEAST_CHANGED, CHANGED * rows)
  if (!isStale && !(analyzed === undefined && rows >= LEAST_CHANGED)) return []
  const because =
    analyzed === undefined
      ? `Its ${rows} rows were never analysed.`
      : `${changedSinceAnalyze} rows have changed since it was analysed.`
  return [{ kind: 'analyze', database, about: table, because, statement: `ANALYZE ${table}`, holds: NOBODY }]
}
