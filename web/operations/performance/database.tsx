import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { DatabasePerformance } from '../../../src/operations/performance/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Rows } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { bytes, count, milliseconds, percent, seconds } from '../numbers.ts'
import styles from './performance.module.css'

export function DatabaseSection({ of: found }: { readonly of: DatabasePerformance }) {
  const { database, version, since, connections, cached, statements, active, programs, indexes, tables } = found
  return (
    <Section title={database === 'record' ? 'Database of the record' : 'Database of operations'}>
      <Text mb="sm">
        PostgreSQL {version}, {bytes(found.bytes)}; {count(connections.used)} of {count(connections.most)} connections;{' '}
        {percent(cached * 100)} of pages came from memory since <When at={since} />.
      </Text>
      <More title="Statements that took the most time">
        <Rows
          caption="Statements"
          rows={statements ?? []}
          keyOf={({ id, user }) => `${id} ${user}`}
          none={
            statements === undefined ? 'Statements are not counted: a finding says how to turn it on.' : 'None yet.'
          }
          columns={[
            { title: 'Statement', show: ({ text }) => <code className={styles.statement}>{text}</code> },
            { title: 'Calls', show: ({ calls }) => count(calls) },
            { title: 'On average', show: ({ meanMs }) => milliseconds(meanMs) },
            { title: 'At most', show: ({ maxMs }) => milliseconds(maxMs) },
            { title: 'Altogether', show: ({ totalMs }) => milliseconds(totalMs) },
          ]}
        />
      </More>
      <More title="What runs now">
        <Rows
          caption="Sessions at work"
          rows={active}
          keyOf={({ pid }) => String(pid)}
          none="Nothing runs at the moment."
          columns={[
            { title: 'Statement', show: ({ text }) => <code className={styles.statement}>{text}</code> },
            { title: 'Program', show: ({ program, user, pid }) => `${program} as ${user}, ${pid}` },
            { title: 'State', show: ({ state, seconds: since }) => `${state} for ${seconds(since)}` },
            {
              title: 'Waits for',
              show: ({ waitsFor, blockedBy }) =>
                blockedBy.length > 0 ? `process ${blockedBy.join(', ')}` : (waitsFor ?? 'nothing'),
            },
          ]}
        />
        <Rows
          caption="Connections by program"
          rows={programs}
          keyOf={({ program, user }) => `${program} ${user}`}
          none="Nobody is connected."
          columns={[
            { title: 'Program', show: ({ program, user }) => `${program} as ${user}` },
            { title: 'Connections', show: ({ sessions }) => count(sessions) },
            { title: 'Idle', show: ({ idle }) => count(idle) },
            { title: 'Idle in a transaction', show: ({ idleInTransaction }) => count(idleInTransaction) },
            { title: 'Idle for at most', show: ({ longestIdleSeconds }) => seconds(longestIdleSeconds) },
          ]}
        />
      </More>
      <More title="Indexes that nobody uses">
        <Rows
          caption="Indexes"
          rows={indexes}
          keyOf={({ index }) => index}
          none="Every index is used."
          columns={[
            { title: 'Index', show: ({ index }) => index },
            { title: 'Of', show: ({ table }) => table },
            { title: 'Size', show: (one) => bytes(one.bytes) },
            { title: 'Uses', show: ({ scans }) => count(scans) },
            {
              title: 'Besides',
              show: ({ isUnique, isValid, sameAs }) =>
                [isUnique && 'keeps values unique', !isValid && 'is broken', sameAs && `does the same as ${sameAs}`]
                  .filter(Boolean)
                  .join(', '),
            },
          ]}
        />
      </More>
      <More title="Largest tables">
        <Rows
          caption="Tables"
          rows={tables}
          keyOf={({ table }) => table}
          none="There are no tables."
          columns={[
            { title: 'Table', show: ({ table }) => table },
            { title: 'Size', show: (one) => bytes(one.bytes) },
            { title: 'Rows', show: ({ rows }) => count(rows) },
            { title: 'Dead', show: ({ dead }) => count(dead) },
            { title: 'Read as a whole', show: ({ seqScans }) => `${count(seqScans)} times` },
            { title: 'By index', show: ({ indexScans }) => `${count(indexScans)} times` },
            { title: 'Analyzed', show: ({ analyzed }) => <When at={analyzed} /> },
          ]}
        />
      </More>
    </Section>
  )
}

const More = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <details className={styles.more}>
    <summary>{title}</summary>
    {children}
  </details>
)
