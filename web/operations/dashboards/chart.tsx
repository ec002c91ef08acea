import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ChartSeries, PanelPlan } from '../../../src/operations/samples/terms.ts'
import { inWords } from '../numbers.ts'
import { colourOf } from './colours.ts'
import styles from './dashboards.module.css'
import type { Drawn } from './draw.ts'

interface ChartProps {
  readonly panel: PanelPlan
  readonly times: readonly number[]
  readonly series: readonly ChartSeries[]
}

/** The course of each series; what it has come to stands in words below it, for whoever can't see it. */
export function Chart({ panel, times, series }: ChartProps) {
  const scheme = useComputedColorScheme('light')
  const element = useRef<HTMLDivElement>(null)
  const drawn = useRef<Promise<Drawn>>(undefined)
  useEffect(() => {
    const place = element.current as HTMLDivElement
    drawn.current ??= import('./draw.ts').then(({ openDrawing }) => openDrawing(place))
    return () => {
      drawn.current?.then((one) => one.end())
      drawn.current = undefined
    }
  }, [])
  useEffect(() => {
    const variables = getComputedStyle(document.documentElement)
    const variable = (name: string) => variables.getPropertyValue(name).trim()
    drawn.current?.then((one) =>
      one.show({
        times,
        series: series.map(({ name, values }, index) => ({ name, values, colour: colourOf(index, scheme) })),
        limit: panel.limit?.at,
        say: (value) => inWords(value, panel.unit),
        colours: {
          text: variable('--mantine-color-dimmed'),
          line: variable('--oc-line'),
          ground: variable('--oc-surface'),
          bad: variable('--oc-bad'),
        },
      }),
    )
  }, [panel, times, series, scheme])
  return <div ref={element} className={styles.chart} role="img" aria-label={`Course of ${panel.title.toLowerCase()}`} />
}
