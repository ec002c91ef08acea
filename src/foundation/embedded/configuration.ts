import { release, totalmem } from 'node:os'

export const PORT = 5432
const MIB = 1024 * 1024

export interface Configuration {
  /** Folder of the sockets. */
  readonly sockets: string
  /** The disk is nearly full: nothing may be changed, so that what is there stays readable. */
  readonly full: boolean
  /** Whether the binaries can count statements. */
  readonly counts: boolean
}

/**
 * The server's settings, for a machine that the hospital and both databases share. What makes a commit durable is never
 * turned off.
 */
export function configuration({ sockets, full, counts }: Configuration): string {
  const sharedMiB = Math.max(64, Math.min(2048, Math.floor(totalmem() / 8 / MIB)))
  const settings: Record<string, string | number> = {
    listen_addresses: "''",
    port: PORT,
    unix_socket_directories: `'${sockets.replaceAll("'", "''")}'`,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${sharedMiB * 3}MB`,
    maintenance_work_mem: '128MB',
    work_mem: '16MB',
    wal_compression: 'pglz',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    // One row for each table a transaction touches, and there is a table for each resource type.
    max_locks_per_transaction: 256,
    autovacuum_vacuum_insert_scale_factor: 0.05,
    log_min_messages: 'warning',
    log_line_prefix: "'%b|'",
    // Statements carry patients: the server's log must not repeat them.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
    timezone: "'UTC'",
    ...(syncsAtOnce(process.platform, release()) ? { recovery_init_sync_method: 'syncfs' } : {}),
    // Statements of the application alone: others, as CREATE ROLE, are counted with what stands in them, passwords too.
    ...(counts ? { shared_preload_libraries: "'pg_stat_statements'", 'pg_stat_statements.track_utility': 'off' } : {}),
    // Read by foundation/database.ts, which can't tell a full disk from a standby otherwise.
    ...(full ? { default_transaction_read_only: 'on', 'omnicare.no_space': 'on' } : {}),
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')
}

/**
 * Whether what a crash may have left unwritten is had written by one call for the file system, in place of one for each of
 * some thousand files: there are tables and indexes for each resource type. Linux tells of errors there since 5.8.
 * https://www.postgresql.org/docs/current/runtime-config-error-handling.html#GUC-RECOVERY-INIT-SYNC-METHOD
 */
export function syncsAtOnce(platform: string, kernel: string): boolean {
  const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(kernel) ?? []).map(Number)
  return platform === 'linux' && (major > 5 || (major === 5 && minor >= 8))
}
