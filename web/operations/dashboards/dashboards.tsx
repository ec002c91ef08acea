/** The four dashboards, drawn from the same declarations as those of Grafana. */
import { Group, NativeSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { DashboardPlan } from '../../../src/operations/samples/terms.ts'
import { NotFound } from '../../not-found.tsx'
import { PageTitle } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { Clock } from '../../ui/when.tsx'
import { charts, dashboards } from '../queries.ts'
import { useShown } from '../shown.ts'
import { Watched } from '../watched.tsx'
import styles from './dashboards.module.css'
import { Panel } from './panel.tsx'
import { SPANS, type Span, spanOf } from './spans.ts'

export function Dashboards() {
  const { name } = useParams({ from: '/inside/dashboards/$name' })
  const plans = useQuery(dashboards)
  return (
    <Answer of={plans} what="the dashboards">
      {({ refreshSeconds, dashboards: all }) => {
        const plan = all.find((one) => one.name === name)
        if (plan === undefined) return <NotFound />
        return <Dashboard key={plan.name} plan={plan} all={all} everySeconds={refreshSeconds} />
      }}
    </Answer>
  )
}

interface DashboardProps {
  readonly plan: DashboardPlan
  readonly all: readonly DashboardPlan[]
  readonly everySeconds: number
}

function Dashboard({ plan, all, everySeconds }: DashboardProps) {
  const { last } = useSearch({ from: '/inside/dashboards/$name' })
  const navigate = useNavigate()
  const span = spanOf(last)
  const answer = useQuery(charts(plan.name, span.seconds, everySeconds))
  useShown(answer.data !== undefined)
  return (
    <>
      <PageTitle>{plan.title}</PageTitle>
      <nav className={styles.tabs} aria-label="Dashboards">
        {all.map(({ name, title }) => (
          <Link key={name} to="/dashboards/$name" params={{ name }} search={last === undefined ? {} : { last }}>
            {title}
          </Link>
        ))}
      </nav>
      <Group mb="lg" justify="space-between" align="flex-end">
        <NativeSelect
          label="Shown is the last"
          value={span.key}
          data={SPANS.map(({ key, says }) => ({ value: key, label: says }))}
          onChange={({ currentTarget: { value } }) =>
            navigate({ to: '/dashboards/$name', params: { name: plan.name }, search: { last: value as Span } })
          }
        />
        <Text size="sm" c="dimmed">
          {answer.dataUpdatedAt > 0 && (
            <>
              As of <Clock at={new Date(answer.dataUpdatedAt).toISOString()} />, drawn anew every {everySeconds} s
            </>
          )}
        </Text>
      </Group>
      <Watched of={answer} what="the samples">
        {(samples) => (
          <div className={styles.panels}>
            {plan.panels.map((panel) => (
              <Panel key={panel.id} panel={panel} answer={samples} />
            ))}
          </div>
        )}
      </Watched>
    </>
  )
}
