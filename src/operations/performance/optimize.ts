/** `omnicare database optimize`: what a measure says should be done, as a plan, and then step by step. */
import type { Database } from '#foundation/database.ts'
import { sqlState } from '#foundation/database-errors.ts'
import { Fault } from '#foundation/fault.ts'
import { fixed } from '#foundation/sql.ts'
import { instant } from '#foundation/timestamp.ts'
import { density, sizeOf, trees } from './statements/maintenance.ts'
import { indexes, schemaOf, tables } from './statements/statistics.ts'
import { stepsFor, type Tree } from './steps.ts'
import type { DatabaseName, OptimizeDone, OptimizePlan, OptimizeStep } from './terms.ts'

const MOST_TABLES = 500
const MOST_TREES = 40
const LEAST_TREE_BYTES = 1024 * 1024
/** Read for one plan: whole indexes are. */
const MOST_MEASURED_BYTES = 4 * 1024 ** 3

export interface Maintained {
  readonly name: DatabaseName
  /** Opens it as the owner of its tables, for as long as it takes. */
  readonly asOwner: () => Promise<Database>
}

/** What would be done. It changes nothing. */
export async function planOptimize(databases: readonly Maintained[], nowMs: number): Promise<OptimizePlan> {
  const steps: OptimizeStep[] = []
  const notes: string[] = []
  for (const { name, asOwner } of databases) {
    await using db = await asOwner()
    const found = await measured(db)
    steps.push(...stepsFor({ database: name, ...found }))
    notes.push(...found.notes.map((note) => `${name}: ${note}`))
  }
  return { made: new Date(nowMs).toISOString(), steps, notes }
}

async function measured(db: Database) {
  const all = await db.rows(tables(MOST_TABLES))
  const unused = await db.rows(indexes(MOST_TABLES))
  const { found, notes } = await densities(db)
  return {
    tables: all.map(({ table, rows, dead, size, changed, analyzed, tuned }) => ({
      table,
      rows: Number(rows),
      dead: Number(dead),
      bytes: Number(size),
      seqScans: 0,
      seqRows: 0,
      indexScans: 0,
      changedSinceAnalyze: Number(changed),
      ...(analyzed !== null && { analyzed: instant(analyzed) }),
      isTuned: tuned,
    })),
    broken: unused.filter(({ valid }) => !valid),
    trees: found,
    notes,
  }
}

async function densities(db: Database): Promise<{ found: Tree[]; notes: string[] }> {
  const [extension] = await db.rows(schemaOf('pgstattuple'))
  if (extension === undefined)
    return { found: [], notes: ['indexes were not measured. As a superuser: CREATE EXTENSION pgstattuple;'] }
  const found: Tree[] = []
  let bytes = 0
  for (const { id, index, size } of await db.rows(trees(LEAST_TREE_BYTES, MOST_TREES))) {
    if (bytes + Number(size) > MOST_MEASURED_BYTES) continue
    bytes += Number(size)
    const [row] = await db.rows(density(extension.schema, id))
    // Of an empty one there is none.
    if (row !== undefined && row.density !== 'NaN')
      found.push({ index, bytes: Number(size), density: Number(row.density) })
  }
  return { found, notes: [] }
}

/** Does the steps of a plan one after the other. One that fails does not keep the others. */
export async function* optimize(
  databases: readonly Maintained[],
  { steps }: OptimizePlan,
): AsyncGenerator<OptimizeDone> {
  for (const { name, asOwner } of databases) {
    await using db = await asOwner()
    for (const step of steps.filter(({ database }) => database === name)) yield await doStep(db, step)
  }
}

async function doStep(db: Database, step: OptimizeStep): Promise<OptimizeDone> {
  const began = performance.now()
  const before = await bytesOf(db, step.about)
  let failure: string | undefined
  try {
    await db.rows(fixed(step.statement))
  } catch (error) {
    failure =
      error instanceof Fault
        ? `${error.message} ${error.remedy}`
        : `PostgreSQL refused it (${sqlState(error) ?? 'unknown'}).`
  }
  const after = await bytesOf(db, step.about)
  return {
    ...step,
    seconds: (performance.now() - began) / 1_000,
    ...(before !== undefined && { bytes: { before, after: after ?? 0 } }),
    ...(failure !== undefined && { failure }),
  }
}

async function bytesOf(db: Database, relation: string): Promise<number | undefined> {
  const [row] = await db.rows(sizeOf(relation))
  return row?.bytes === null || row === undefined ? undefined : Number(row.bytes)
}
