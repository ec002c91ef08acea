/** What operations tells of the databases: declared with how it is told from a reading. */
import { type Metric, metric, type Sample } from '#foundation/metric.ts'
import type { Reading } from './read.ts'

const DATABASE = '`record`, `control`'

/** What is known of one database. */
export interface Known {
  /** The last reading, unless the database has not answered since. */
  readonly reading: Reading | undefined
  readonly bytes: number | undefined
}

/** A metric of each database; its samples without the label `database`. */
export interface DatabaseMetric {
  readonly declared: Metric
  readonly tell: (known: Known) => readonly Sample[]
}

interface Declared extends Omit<Metric, 'labels'> {
  readonly labels?: Readonly<Record<string, string>>
}

const told = ({ labels, ...declared }: Declared, tell: (reading: Reading) => readonly Sample[]): DatabaseMetric => ({
  declared: metric({ ...declared, labels: { database: DATABASE, ...labels } }),
  tell: ({ reading }) => (reading === undefined ? [] : tell(reading)),
})

const one = (value: number | string | null): readonly Sample[] => (value === null ? [] : [{ value: Number(value) }])

const STATES = [
  'active',
  'idle',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'disabled',
  'unknown',
]
const MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
  'SIReadLock',
]

const among = (known: readonly string[], value: string): string => (known.includes(value) ? value : 'unknown')

const CONNECTIONS: readonly DatabaseMetric[] = [
  told(
    {
      name: 'omnicare_database_connections',
      type: 'gauge',
      help: 'Connections to the server of the database, by what they are doing.',
      moves: 'Programs that connect, ask and go.',
      labels: { state: STATES.map((state) => `\`${state}\``).join(', ') },
    },
    ({ activity }) => {
      const counts = new Map(STATES.map((state) => [state, 0]))
      for (const { state, connections } of activity) {
        const known = among(STATES, state)
        counts.set(known, (counts.get(known) ?? 0) + connections)
      }
      return Array.from(counts, ([state, value]) => ({ labels: { state }, value }))
    },
  ),
  told(
    {
      name: 'omnicare_database_connections_limit',
      type: 'gauge',
      help: 'How many connections the server takes.',
      moves: 'The setting max_connections of the server.',
    },
    ({ server }) => one(server.most_connections),
  ),
  told(
    {
      name: 'omnicare_database_slow_statements',
      type: 'gauge',
      help: 'Statements that have been at work for longer than a second.',
      moves: 'Long searches and exports; statements that wait for a lock.',
    },
    ({ activity }) => one(activity.reduce((sum, { slow }) => sum + slow, 0)),
  ),
  told(
    {
      name: 'omnicare_database_longest_statement_seconds',
      type: 'gauge',
      help: 'How long the statement has been at work that is so longest.',
      moves: 'Long searches and exports; statements that wait for a lock.',
    },
    ({ activity }) => one(Math.max(0, ...activity.map((row) => Number(row.longest_statement ?? 0)))),
  ),
  told(
    {
      name: 'omnicare_database_longest_transaction_seconds',
      type: 'gauge',
      help: 'How long the oldest transaction has been open.',
      moves: 'Transactions that nobody ends: they keep locks, and old versions from being removed.',
    },
    ({ activity }) => one(Math.max(0, ...activity.map((row) => Number(row.longest_transaction ?? 0)))),
  ),
  told(
    {
      name: 'omnicare_database_locks',
      type: 'gauge',
      help: 'Locks that are held, by their mode.',
      moves: 'Every statement, for as long as its transaction is open.',
      labels: { mode: MODES.map((mode) => `\`${mode}\``).join(', ') },
    },
    ({ locks }) =>
      MODES.map((mode) => {
        const held = locks.filter((row) => row.granted && row.mode === mode)
        return { labels: { mode }, value: held.reduce((sum, row) => sum + row.locks, 0) }
      }),
  ),
  told(
    {
      name: 'omnicare_database_locks_waiting',
      type: 'gauge',
      help: 'Locks that somebody waits for.',
      moves: 'Several who change the same; migrations and maintenance while others are at work.',
    },
    ({ locks }) => one(locks.reduce((sum, row) => sum + (row.granted ? 0 : row.locks), 0)),
  ),
]

const COUNTS: readonly DatabaseMetric[] = [
  told(
    {
      name: 'omnicare_database_transactions_total',
      type: 'counter',
      help: 'Transactions that have ended, by how.',
      moves: 'Every statement or transaction.',
      labels: { outcome: '`committed`, `rolled-back`' },
    },
    ({ counts }) => [
      { labels: { outcome: 'committed' }, value: Number(counts.committed) },
      { labels: { outcome: 'rolled-back' }, value: Number(counts.rolled_back) },
    ],
  ),
  told(
    {
      name: 'omnicare_database_active_seconds_total',
      type: 'counter',
      help: 'Time that statements have been at work. Divided by transactions it is how long one takes.',
      moves: 'Every statement.',
    },
    ({ counts }) => one(Number(counts.active) / 1000),
  ),
  told(
    {
      name: 'omnicare_database_blocks_total',
      type: 'counter',
      help: 'Blocks of 8 KiB that were read, by where they were found.',
      moves: 'Every statement that reads.',
      labels: { from: '`cache`: in the memory of the server; `disk`: not there' },
    },
    ({ counts }) => [
      { labels: { from: 'cache' }, value: Number(counts.hit) },
      { labels: { from: 'disk' }, value: Number(counts.read) },
    ],
  ),
  told(
    {
      name: 'omnicare_database_cache_hit_ratio',
      type: 'gauge',
      help: 'Which part of the blocks was found in memory, 0 to 1, since statistics were reset.',
      moves: 'More data than memory, and searches that read much of it.',
    },
    ({ counts }) => {
      const all = Number(counts.hit) + Number(counts.read)
      return one(all === 0 ? 1 : Number(counts.hit) / all)
    },
  ),
  told(
    {
      name: 'omnicare_database_temp_bytes_total',
      type: 'counter',
      help: 'What was written to temporary files, because it did not go into memory.',
      moves: 'Sorts and joins larger than work_mem.',
    },
    ({ counts }) => one(counts.temp_bytes),
  ),
  told(
    {
      name: 'omnicare_database_deadlocks_total',
      type: 'counter',
      help: 'Transactions that were ended because they waited for each other.',
      moves: 'Two who change the same in different order; one of them is repeated.',
    },
    ({ counts }) => one(counts.deadlocks),
  ),
  told(
    {
      name: 'omnicare_database_checksum_failures_total',
      type: 'counter',
      help: 'Pages that are not what was written. There is none of it on a server without checksums.',
      moves: 'A disk, or a memory, that alters data.',
    },
    ({ counts }) => one(counts.checksum_failures),
  ),
  told(
    {
      name: 'omnicare_database_checksums',
      type: 'gauge',
      help: '1 where the server notices altered pages, 0 where it does not.',
      moves: 'pg_checksums, or how the server was made.',
    },
    ({ server }) => one(Number(server.checksums)),
  ),
  told(
    {
      name: 'omnicare_database_checkpoints_total',
      type: 'counter',
      help: 'Checkpoints, by what caused them.',
      moves: '`timed`: checkpoint_timeout; `requested`: more written than max_wal_size allows, or somebody asked.',
      labels: { cause: '`timed`, `requested`' },
    },
    ({ checkpoints }) => [
      { labels: { cause: 'timed' }, value: Number(checkpoints.timed) },
      { labels: { cause: 'requested' }, value: Number(checkpoints.requested) },
    ],
  ),
]

const SERVER: readonly DatabaseMetric[] = [
  told(
    {
      name: 'omnicare_replication_lag_seconds',
      type: 'gauge',
      help: 'How far the standby that is most behind is so; 0 without standbys. Of a standby itself: how far it is behind.',
      moves: 'Standbys that are slow, stand still, or hear nothing.',
    },
    ({ lag }) => one(lag),
  ),
  told(
    {
      name: 'omnicare_replication_lag_bytes',
      type: 'gauge',
      help: 'What the standby that is most behind has not replayed yet.',
      moves: 'Standbys that are slow, stand still, or hear nothing.',
    },
    ({ lagBytes }) => one(lagBytes),
  ),
  told(
    {
      name: 'omnicare_replication_standbys',
      type: 'gauge',
      help: 'Standbys that are connected.',
      moves: 'Standbys that come and go.',
    },
    ({ standbys }) => one(standbys),
  ),
  told(
    {
      name: 'omnicare_replication_slots_inactive',
      type: 'gauge',
      help: 'Replication slots that nobody uses: what they keep fills the disk.',
      moves: 'Standbys that have gone.',
    },
    ({ server }) => one(server.slots_inactive),
  ),
  told(
    {
      name: 'omnicare_replication_slots_kept_bytes',
      type: 'gauge',
      help: 'What the slot keeps on the disk that keeps most of it; 0 without slots.',
      moves: 'Standbys that are behind or have gone.',
    },
    ({ server }) => one(server.slots_kept ?? 0),
  ),
  told(
    {
      name: 'omnicare_database_wal_bytes_total',
      type: 'counter',
      help: 'What was written ahead (WAL); by a standby, received.',
      moves: 'Every change.',
    },
    ({ server }) => one(server.wal),
  ),
  told(
    {
      name: 'omnicare_database_archive_failures_total',
      type: 'counter',
      help: 'Tries to archive WAL that failed.',
      moves: 'A place for backups that takes none.',
    },
    ({ server }) => one(server.archive_failures),
  ),
  told(
    {
      name: 'omnicare_database_transaction_age',
      type: 'gauge',
      help: 'Transactions since the oldest that is not frozen. At 2,147,483,648 the server would take no more; autovacuum begins at 200,000,000.',
      moves: 'Every transaction that changes something; vacuum takes it down.',
    },
    ({ server }) => one(server.transaction_age),
  ),
  told(
    {
      name: 'omnicare_database_multixact_age',
      type: 'gauge',
      help: 'The same for rows that several have locked. Autovacuum begins at 400,000,000.',
      moves: 'Rows that several lock at once; vacuum takes it down.',
    },
    ({ server }) => one(server.multixact_age),
  ),
]

export const DATABASE_METRICS: readonly DatabaseMetric[] = [
  {
    declared: metric({
      name: 'omnicare_database_up',
      type: 'gauge',
      help: '1 while the database answers operations, else 0.',
      moves:
        'A server that ends, hangs, or takes no more connections. Asked every 15 seconds, like the others; while it is 0 there are none of the others.',
      labels: { database: DATABASE },
    }),
    tell: ({ reading }) => one(reading === undefined ? 0 : 1),
  },
  ...CONNECTIONS,
  ...COUNTS,
  ...SERVER,
  {
    declared: metric({
      name: 'omnicare_database_size_bytes',
      type: 'gauge',
      help: 'How large the database is on its disk, without WAL.',
      moves: 'What is stored and removed. Looked at every five minutes.',
      labels: { database: DATABASE },
    }),
    tell: ({ bytes }) => one(bytes ?? null),
  },
]
