import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { HospitalPerformance } from '../../../src/operations/performance/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Rows } from '../../ui/table.tsx'
import { bytes, count, milliseconds } from '../numbers.ts'

/** Endpoints, those that took the most time altogether first. */
export function HospitalSection({ of: hospital }: { readonly of: HospitalPerformance }) {
  const { endpoints, requests, failed, eventLoop, memoryBytes } = hospital
  return (
    <Section title="Hospital">
      <Text mb="sm">
        {count(requests)} requests since it was started, {count(failed)} failed; {bytes(memoryBytes)} of memory; the
        event loop is {milliseconds(eventLoop.meanMs)} late, {milliseconds(eventLoop.p99Ms)} in 1 of 100.{' '}
        <Link to="/dashboards/$name" params={{ name: 'application-performance' }}>
          Its course
        </Link>
      </Text>
      <Rows
        caption="Endpoints"
        rows={endpoints}
        keyOf={({ method, endpoint }) => `${method} ${endpoint}`}
        none="Nothing was asked of the hospital since it was started."
        columns={[
          { title: 'Endpoint', show: ({ method, endpoint }) => `${method} ${endpoint}` },
          { title: 'Requests', show: (one) => count(one.requests) },
          { title: 'Failed', show: (one) => count(one.failed) },
          { title: 'On average', show: ({ meanMs }) => milliseconds(meanMs) },
          { title: '95 of 100 within', show: ({ p95Ms }) => milliseconds(p95Ms) },
          { title: '99 of 100 within', show: ({ p99Ms }) => milliseconds(p99Ms) },
        ]}
      />
    </Section>
  )
}
