import { literal, type Sql, sql } from '#foundation/sql.ts'

/** True for the one who may seal until the end of the transaction. */
export const claimSealing = () =>
  sql<{ claimed: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended('omnicare audit sealer', 0)) AS claimed`

export interface CheckpointRow {
  size: string
  root: string
  signed: string
}

export const latestCheckpoint = () => sql<CheckpointRow>`SELECT size, root, signed FROM audit.head`

export interface KeptRow extends CheckpointRow {
  at: string
}

/** The newest of those that are kept. */
export const lastKept = () =>
  sql<KeptRow>`SELECT size, root, signed, at FROM audit.checkpoint ORDER BY size DESC LIMIT 1`

/** Those that are kept, in ascending order of size, from one that is larger than `after`. */
export const checkpointsAfter = (after: number, most: number) => sql<CheckpointRow>`
  SELECT size, root, signed FROM audit.checkpoint WHERE size > ${after} ORDER BY size LIMIT ${literal(most)}`

export const replaceCheckpoint = (size: number, root: Buffer, signed: string): Sql => sql`
  INSERT INTO audit.head (size, root, signed) VALUES (${size}, ${root}, ${signed})
  ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, signed = excluded.signed`

export const keepCheckpoint = (size: number, root: Buffer, signed: string, at: string): Sql =>
  sql`INSERT INTO audit.checkpoint (size, root, signed, at) VALUES (${size}, ${root}, ${signed}, ${at})`

/** Which of these ids are sealed already, and where. */
export const sealedAlready = (ids: readonly string[]) => sql<{ id: string; index: string }>`
  SELECT id, index FROM audit.ledger WHERE id = ANY(${ids}::uuid[])`

export const copyLedger = (): Sql =>
  sql`COPY audit.ledger (index, id, source, at, month, payload, leaf, tokens) FROM STDIN (FORMAT binary)`
export const copyTiles = (): Sql => sql`COPY audit.tile (level, index, hashes, root) FROM STDIN (FORMAT binary)`

export const addLost = (entry: number, source: string, froms: readonly number[], uptos: readonly number[]): Sql => sql`
  INSERT INTO audit.lost (entry, source, "from", upto)
  SELECT ${entry}, ${source}, r.f, r.u FROM unnest(${froms}::bigint[], ${uptos}::bigint[]) AS r (f, u)`

export interface SourceRow {
  incarnation: string
  told: string
  /** The last batch that was sealed from it, from <= index < upto, whether or not it was told. */
  batch_from: string
  batch_upto: string
}
export const sourceNamed = (name: string) =>
  sql<SourceRow>`SELECT incarnation, told, batch_from, batch_upto FROM audit.source WHERE name = ${name}`

/** Writes down what a source says that it was told. */
export const believe = (name: string, incarnation: string, told: number): Sql => sql`
  INSERT INTO audit.source (name, incarnation, told) VALUES (${name}, ${incarnation}, ${told})
  ON CONFLICT (name) DO UPDATE SET incarnation = excluded.incarnation, told = excluded.told`

/** Writes down which batch is being sealed. In the batch's transaction, after `believe`. */
export const setBatch = (name: string, from: number, upto: number): Sql =>
  sql`UPDATE audit.source SET batch_from = ${from}, batch_upto = ${upto} WHERE name = ${name}`

/** Writes down what a source was told, once it has been told; not when another batch has been sealed meanwhile. */
export const tell = (name: string, batchUpto: number, told: number): Sql =>
  sql`UPDATE audit.source SET told = ${told} WHERE name = ${name} AND batch_upto = ${batchUpto}`

/** Indexes of a source's entries in a range: those that a restore of the source may have undone. */
export const indexesOf = (source: string, from: number, upto: number) => sql<{ index: string }>`
  SELECT index FROM audit.ledger WHERE source = ${source} AND index >= ${from} AND index < ${upto} ORDER BY index`

/** The leaves of the entries from <= index < upto, in a row. */
export const leaves = (from: number, upto: number) => sql<{ hashes: string | null; count: string }>`
  SELECT string_agg(leaf, ''::bytea ORDER BY index) AS hashes, count(*) AS count
    FROM audit.ledger WHERE index >= ${from} AND index < ${upto}`

/** The roots of full tiles of a level, in a row. */
export const tileRoots = (level: number, from: number, upto: number) => sql<{ hashes: string | null; count: string }>`
  SELECT string_agg(root, ''::bytea ORDER BY index) AS hashes, count(*) AS count
    FROM audit.tile WHERE level = ${level} AND index >= ${from} AND index < ${upto}`

export const fullTiles = (levels: readonly number[], indexes: readonly number[]) => sql<{
  level: number
  index: string
  hashes: string
}>`
  SELECT t.level, t.index, t.hashes FROM audit.tile t
    JOIN unnest(${levels}::smallint[], ${indexes}::bigint[]) AS w (level, index) USING (level, index)`

export const payloads = (from: number, upto: number) => sql<{ payload: string }>`
  SELECT payload FROM audit.ledger WHERE index >= ${from} AND index < ${upto} ORDER BY index`

export const lostRanges = () => sql<{ source: string; from: string; upto: string }>`
  SELECT source, "from", upto FROM audit.lost ORDER BY "from"`
