/** Lines over time, drawn by echarts; comes with the first chart, not with the page. */
import { LineChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer])

export interface Drawing {
  /** Milliseconds since 1970. */
  readonly times: readonly number[]
  readonly series: readonly {
    readonly name: string
    readonly colour: string
    readonly values: readonly (number | null)[]
  }[]
  readonly limit: number | undefined
  readonly say: (value: number) => string
  readonly colours: { readonly text: string; readonly line: string; readonly ground: string; readonly bad: string }
}

export interface Drawn {
  show(drawing: Drawing): void
  end(): void
}

/** Draws into an element as wide as it is, until it ends. */
export function openDrawing(element: HTMLElement): Drawn {
  const chart = init(element, null, { renderer: 'canvas' })
  const observer = new ResizeObserver(() => chart.resize())
  observer.observe(element)
  return {
    show: (drawing) => chart.setOption(optionsOf(drawing), { notMerge: true }),
    end() {
      observer.disconnect()
      chart.dispose()
    },
  }
}

const FEW = 10
const DAY_MS = 86_400_000
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const DATE = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

/** As the page says times; days where there are several. */
function clock(time: number, times: readonly number[]): string {
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > DAY_MS
  return (isLong ? DATE : TIME).format(time)
}

const optionsOf = ({ times, series, limit, say, colours: { text, line, ground, bad } }: Drawing) => ({
  animation: false,
  grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
  xAxis: {
    type: 'time',
    min: times[0],
    max: times.at(-1),
    axisLabel: { color: text, hideOverlap: true, formatter: (time: number) => clock(time, times) },
    axisLine: { lineStyle: { color: line } },
    splitLine: { show: false },
  },
  yAxis: {
    type: 'value',
    min: (extent: { min: number }) => Math.min(0, extent.min),
    splitNumber: 3,
    axisLabel: { color: text, formatter: say },
    splitLine: { lineStyle: { color: line } },
  },
  tooltip: {
    trigger: 'axis',
    // As HTML it would bring styles of its own, which the policy refuses.
    renderMode: 'richText',
    backgroundColor: ground,
    borderColor: line,
    textStyle: { color: text, fontSize: 12 },
    valueFormatter: (value: unknown) => (typeof value === 'number' ? say(value) : '–'),
  },
  series: series.map(({ name, colour, values }, index) => ({
    type: 'line',
    name,
    color: colour,
    // A line needs two points: after a start there is one.
    showSymbol: values.filter((value) => value !== null).length < FEW,
    lineStyle: { width: 2 },
    data: times.map((time, at) => [time, values[at] ?? null]),
    ...(index === 0 &&
      limit !== undefined && {
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: bad, type: 'dashed' },
          label: { formatter: say(limit), color: bad, position: 'insideEndTop' },
          data: [{ yAxis: limit }],
        },
      }),
  })),
})
