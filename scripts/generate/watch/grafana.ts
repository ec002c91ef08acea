/** The dashboards as Grafana imports them. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
import { print } from '#promql'
import { DASHBOARD_PLANS, type Dashboard, type Panel } from '../../../src/operations/samples/dashboards/index.ts'
import { REFRESH_SECONDS } from '../../../src/operations/samples/terms.ts'

const UNITS: Readonly<Record<Panel['unit'], string>> = {
  count: 'short',
  'per-second': 'cps',
  'per-minute': 'cpm',
  seconds: 's',
  percent: 'percent',
  ratio: 'percentunit',
  bytes: 'bytes',
}
const SOURCE = { type: 'prometheus', uid: `\${datasource}` }
const NUMBER = { w: 6, h: 5 }
const LINE = { w: 12, h: 8 }
/** Of Grafana's grid. */
const COLUMNS = 24

/** Numbers in rows of four, then lines in rows of two. */
function places(
  panels: readonly Panel[],
): { readonly x: number; readonly y: number; readonly w: number; readonly h: number }[] {
  let [x, y, high] = [0, 0, 0]
  return panels.map(({ kind }) => {
    const { w, h } = kind === 'number' ? NUMBER : LINE
    if (x + w > COLUMNS || (high > 0 && h !== high)) {
      x = 0
      y += high
    }
    const place = { x, y, w, h }
    x += w
    high = h
    return place
  })
}

const thresholds = ({ limit }: Panel) => ({
  mode: 'absolute',
  steps:
    limit === undefined
      ? [{ color: 'green', value: null }]
      : [
          { color: limit.bad === 'above' ? 'green' : 'red', value: null },
          { color: limit.bad === 'above' ? 'red' : 'green', value: limit.at },
        ],
})

function grafanaDashboard({ name, title, panels }: Dashboard): string {
  const sorted = panels.toSorted((a, b) => Number(a.kind === 'line') - Number(b.kind === 'line'))
  const at = places(sorted)
  const dashboard = {
    uid: name,
    title,
    description: 'Printed by `npm run generate` from src/operations/samples/dashboards/.',
    tags: ['omnicare'],
    schemaVersion: 37,
    editable: false,
    refresh: `${REFRESH_SECONDS}s`,
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus', hide: 0 }],
    },
    panels: sorted.map((panel, index) => ({
      id: index + 1,
      title: panel.title,
      description: panel.means,
      type: panel.kind === 'number' ? 'stat' : 'timeseries',
      datasource: SOURCE,
      gridPos: at[index],
      fieldConfig: {
        defaults: {
          unit: UNITS[panel.unit],
          thresholds: thresholds(panel),
          ...(panel.kind === 'line' && {
            custom: { thresholdsStyle: { mode: panel.limit === undefined ? 'off' : 'line' }, spanNulls: false },
          }),
        },
        overrides: [],
      },
      targets: panel.queries.map(({ expression, legend }, query) => ({
        refId: String.fromCharCode('A'.charCodeAt(0) + query),
        datasource: SOURCE,
        expr: print(expression),
        legendFormat: legend,
        ...(panel.kind === 'number' && { instant: true }),
      })),
    })),
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}

export const grafanaDashboards = (): ReadonlyMap<string, string> =>
  new Map(DASHBOARD_PLANS.map((dashboard) => [dashboard.name, grafanaDashboard(dashboard)]))
