/** How much of its database connections a process uses. */
import type { Registry } from 'prom-client'
import type { Database } from './database.ts'
import { gaugeIn, metric } from './metric.ts'

export const POOL_METRICS = {
  connections: metric({
    name: 'omnicare_pool_connections',
    type: 'gauge',
    help: 'Database connections of the process for transactions and long statements, by whether they work.',
    moves: 'Changes, long searches and transactions.',
    labels: { state: '`busy`, `idle`' },
  }),
  limit: metric({
    name: 'omnicare_pool_connections_limit',
    type: 'gauge',
    help: 'How many of them there may be.',
    moves: 'OMNICARE_CONNECTIONS and OMNICARE_WORKERS.',
  }),
  waiting: metric({
    name: 'omnicare_pool_waiting',
    type: 'gauge',
    help: 'What waits for a connection, or on one for its answer.',
    moves: 'Every statement for the time it takes; more of them than the database can answer.',
  }),
}

export function meterPool(metrics: Registry, db: Pick<Database, 'load'>): void {
  gaugeIn(metrics, POOL_METRICS.connections, (gauge) => {
    const { busy, idle } = db.load()
    gauge.set({ state: 'busy' }, busy)
    gauge.set({ state: 'idle' }, idle)
  })
  gaugeIn(metrics, POOL_METRICS.limit, (gauge) => gauge.set(db.load().most))
  gaugeIn(metrics, POOL_METRICS.waiting, (gauge) => gauge.set(db.load().waiting))
}
