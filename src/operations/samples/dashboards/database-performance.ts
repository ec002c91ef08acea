import { divide, most, rate, select, sum } from '#promql'
import type { Dashboard } from './dashboard.ts'

const perSecond = (metric: string, ...by: string[]) => sum(rate(select(metric), 'step'), ...by)

export const databasePerformance: Dashboard = {
  name: 'database-performance',
  title: 'Database Performance',
  panels: [
    {
      id: 'up',
      title: 'Answering',
      means: 'Whether each database answers: 1 when it does.',
      kind: 'number',
      unit: 'count',
      limit: { at: 1, bad: 'below' },
      queries: [{ expression: most(select('omnicare_database_up'), 'database'), legend: '{{database}}' }],
    },
    {
      id: 'replication-lag',
      title: 'Replication lag',
      means: 'How far the standby that is furthest behind is behind. Above 30 s there is an alert.',
      kind: 'line',
      unit: 'seconds',
      limit: { at: 30, bad: 'above' },
      queries: [{ expression: most(select('omnicare_replication_lag_seconds'), 'database'), legend: '{{database}}' }],
    },
    {
      id: 'connections',
      title: 'Connections',
      means: 'Connections to each database, by what they do.',
      kind: 'line',
      unit: 'count',
      queries: [
        {
          expression: sum(select('omnicare_database_connections'), 'database', 'state'),
          legend: '{{database}} {{state}}',
        },
      ],
    },
    {
      id: 'transactions',
      title: 'Transactions',
      means: 'Transactions that ended, well or not.',
      kind: 'line',
      unit: 'per-second',
      queries: [
        {
          expression: perSecond('omnicare_database_transactions_total', 'database', 'outcome'),
          legend: '{{database}} {{outcome}}',
        },
      ],
    },
    {
      id: 'statements',
      title: 'Time at work',
      means: 'How many seconds of each second statements are at work: as many as are at work together.',
      kind: 'line',
      unit: 'count',
      queries: [
        { expression: perSecond('omnicare_database_active_seconds_total', 'database'), legend: '{{database}}' },
      ],
    },
    {
      id: 'longest',
      title: 'Longest statement',
      means: 'How long the oldest statement at work has been so.',
      kind: 'line',
      unit: 'seconds',
      limit: { at: 30, bad: 'above' },
      queries: [
        { expression: most(select('omnicare_database_longest_statement_seconds'), 'database'), legend: '{{database}}' },
      ],
    },
    {
      id: 'cache',
      title: 'Cache hits',
      means: 'Share of blocks that were found in memory. Below 95 % memory is short, or a table is read as a whole.',
      kind: 'line',
      unit: 'ratio',
      limit: { at: 0.95, bad: 'below' },
      queries: [
        {
          expression: divide(
            sum(rate(select('omnicare_database_blocks_total', { from: 'cache' }), 'step'), 'database'),
            perSecond('omnicare_database_blocks_total', 'database'),
          ),
          legend: '{{database}}',
        },
      ],
    },
    {
      id: 'locks',
      title: 'Waiting for locks',
      means: 'Locks that somebody waits for, because others hold them.',
      kind: 'line',
      unit: 'count',
      limit: { at: 5, bad: 'above' },
      queries: [{ expression: sum(select('omnicare_database_locks_waiting'), 'database'), legend: '{{database}}' }],
    },
    {
      id: 'size',
      title: 'Size',
      means: 'How much each database takes on its disk.',
      kind: 'line',
      unit: 'bytes',
      queries: [{ expression: most(select('omnicare_database_size_bytes'), 'database'), legend: '{{database}}' }],
    },
  ],
}
