/** Every probe: what it asks, what it has found, what depends on it; the causes first. */
import { Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { HealthReport, Section as ProbeSection, ProbeState } from '../../../src/operations/health/terms.ts'
import { ask } from '../../api/ask.ts'
import { Act } from '../../ui/form.tsx'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Empty, Failure } from '../../ui/states.tsx'
import { Rows } from '../../ui/table.tsx'
import { Ago, Clock, When } from '../../ui/when.tsx'
import { Mark } from '../mark.tsx'
import { count, percent, seconds } from '../numbers.ts'
import styles from '../overview/overview.module.css'
import { health } from '../queries.ts'
import { useShown } from '../shown.ts'
import { Watched } from '../watched.tsx'
import { Probe } from './probe.tsx'
import { placeOf, SECTION_WORDS, said, VERDICT_TONES, VERDICT_WORDS } from './words.ts'

export function Health() {
  const queries = useQueryClient()
  const report = useQuery(health)
  useShown(report.data !== undefined)
  const anew = useMutation({
    mutationFn: () => ask<HealthReport>('GET', '/api/operations/health?anew=true'),
    onSuccess: (now) => queries.setQueryData(health.queryKey, now),
  })
  return (
    <>
      <PageTitle
        actions={
          <Act variant="default" loading={anew.isPending} onClick={() => anew.mutate()}>
            Ask all probes now
          </Act>
        }
      >
        Health
      </PageTitle>
      <Failure error={anew.error} />
      <Watched of={report} what="how the hospital is">
        {(now) => (
          <>
            <Group mb="lg" justify="space-between">
              <Mark tone={said(now).tone}>
                <span role="status">{said(now).says}</span>
              </Mark>
              <Text size="sm" c="dimmed">
                Region {now.region}, looked at <Clock at={now.at} />
              </Text>
            </Group>
            {SECTIONS.map((section) => (
              <Section key={section} title={SECTION_WORDS[section]}>
                <Probes of={now.probes.filter((probe) => probe.section === section)} all={now.probes} />
              </Section>
            ))}
            <Availability report={now} />
            <Errors report={now} />
            <Changes report={now} />
          </>
        )}
      </Watched>
    </>
  )
}

const SECTIONS = Object.keys(SECTION_WORDS) as readonly ProbeSection[]
const ORDER = ['fail', 'warn', undefined, 'pass']

function Probes({ of: probes, all }: { readonly of: readonly ProbeState[]; readonly all: readonly ProbeState[] }) {
  if (probes.length === 0) return <Empty>Nothing is asked here.</Empty>
  const worstFirst = probes.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict))
  return (
    <ul className={styles.list}>
      {worstFirst.map((probe) => (
        <Probe key={probe.name} probe={probe} all={all} />
      ))}
    </ul>
  )
}

function Availability({ report: { sla } }: { readonly report: HealthReport }) {
  const times = [
    { name: 'The last day', ...sla.lastDay },
    { name: 'The last 30 days', ...sla.last30Days },
  ]
  return (
    <Section id="availability" title="Availability">
      <Text mb="sm">
        Promised are {percent(sla.targetPercent)}. {sla.lacks}
      </Text>
      <Rows
        caption="Availability"
        rows={times}
        keyOf={({ name }) => name}
        none="Nothing was watched yet."
        columns={[
          { title: 'Of', show: ({ name }) => name },
          {
            title: 'Available',
            show: ({ percent: share }) =>
              share === undefined ? (
                'Nothing was watched yet'
              ) : (
                <Mark tone={share < sla.targetPercent ? 'bad' : 'well'}>{percent(share)}</Mark>
              ),
          },
          { title: 'Watched for', show: ({ watchedSeconds }) => seconds(watchedSeconds) },
          { title: 'Failed for', show: ({ failedSeconds }) => seconds(failedSeconds) },
        ]}
      />
    </Section>
  )
}

function Errors({ report: { errors } }: { readonly report: HealthReport }) {
  return (
    <Section id="errors" title="Errors of the last hour">
      {errors.lacks !== undefined && <Text mb="sm">{errors.lacks}</Text>}
      <Rows
        caption="Errors of the last hour"
        rows={errors.newest}
        keyOf={({ service, message }) => `${service} ${message}`}
        none="No error was logged in the last hour."
        columns={[
          { title: 'What', show: ({ message }) => message },
          { title: 'Where', show: ({ service }) => service },
          { title: 'How often', show: (one) => count(one.count) },
          { title: 'Last', show: ({ last }) => <Ago at={last} /> },
        ]}
      />
    </Section>
  )
}

function Changes({ report: { changes } }: { readonly report: HealthReport }) {
  return (
    <Section title="What has changed">
      <Rows
        caption="Changes of verdicts"
        rows={changes}
        keyOf={({ probe, at }) => `${probe} ${at}`}
        none="Nothing has changed since operations watches."
        columns={[
          { title: 'When', show: ({ at }) => <When at={at} /> },
          {
            title: 'Probe',
            show: ({ probe }) => (
              <Link to="/probes" hash={placeOf(probe)}>
                {probe}
              </Link>
            ),
          },
          {
            title: 'Became',
            show: ({ to, from }) => (
              <Mark tone={VERDICT_TONES[to]}>
                {VERDICT_WORDS[to]}
                {from === undefined && ', the first answer'}
              </Mark>
            ),
          },
          { title: 'Said', show: ({ says }) => says ?? '' },
        ]}
      />
    </Section>
  )
}
