import { Text, useComputedColorScheme } from '@mantine/core'
import type { ChartAnswer, ChartSeries, PanelPlan } from '../../../src/operations/samples/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Mark } from '../mark.tsx'
import { inWords } from '../numbers.ts'
import { Chart } from './chart.tsx'
import { colourOf } from './colours.ts'
import styles from './dashboards.module.css'

interface PanelProps {
  readonly panel: PanelPlan
  readonly answer: ChartAnswer | undefined
}

export function Panel({ panel, answer }: PanelProps) {
  const found = answer?.panels.find(({ id }) => id === panel.id)
  const series = found?.series ?? []
  return (
    <Section id={panel.id} title={panel.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {panel.means}
      </Text>
      {answer !== undefined && series.length === 0 && (
        <Text c="dimmed">No samples yet. They come every few seconds, once there is something to count.</Text>
      )}
      {answer !== undefined && series.length > 0 && panel.kind === 'line' && (
        <Chart panel={panel} times={answer.times} series={series} />
      )}
      <Newest panel={panel} series={series} more={found?.more ?? 0} />
      <details className={styles.asked}>
        <summary>What is asked</summary>
        {panel.promql.map((query) => (
          <code key={query}>{query}</code>
        ))}
      </details>
    </Section>
  )
}

interface NewestProps {
  readonly panel: PanelPlan
  readonly series: readonly ChartSeries[]
  readonly more: number
}

/** What each series has come to; the legend of the chart. */
function Newest({ panel, series, more }: NewestProps) {
  const scheme = useComputedColorScheme('light')
  return (
    <ul className={styles.newest} data-kind={panel.kind} aria-label={`${panel.title} now`}>
      {series.map(({ name, values }, index) => {
        const newest = values.findLast((value) => value !== null) ?? undefined
        return (
          <li key={name}>
            {panel.kind === 'line' && (
              <span aria-hidden className={styles.swatch} style={{ background: colourOf(index, scheme) }} />
            )}
            <span>{name}</span>
            <strong>
              {newest === undefined ? (
                '–'
              ) : isBad(panel, newest) ? (
                <Mark tone="bad">{inWords(newest, panel.unit)}</Mark>
              ) : (
                inWords(newest, panel.unit)
              )}
            </strong>
          </li>
        )
      })}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  )
}

function isBad({ limit }: PanelPlan, value: number): boolean {
  if (limit === undefined) return false
  return limit.bad === 'above' ? value > limit.at : value < limit.at
}
