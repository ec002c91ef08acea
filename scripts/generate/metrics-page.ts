/** Prints docs/metrics.md from the declarations that src/metrics.ts collects. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metric } from '../../src/foundation/metric.ts'
import { METRICS } from '../../src/metrics.ts'

const HEAD = `# Metrics

\`GET /metrics\` on both ports, in the text format of Prometheus: with \`monitor-token\` from the
home of OmniCare, which opens nothing else but the door for Alertmanager, with the token of the machine, or for whoever has
the permission \`metrics:read\` at operations.

\`\`\`yaml
scrape_configs:
  - job_name: omnicare-hospital
    authorization: { credentials_file: /etc/omnicare/monitor-token }
    static_configs: [{ targets: ['127.0.0.1:8080'] }]
  - job_name: omnicare-operations
    authorization: { credentials_file: /etc/omnicare/monitor-token }
    static_configs: [{ targets: ['127.0.0.1:8081'] }]
\`\`\`

Names are permanent. A label has few values, all of them OmniCare's own: no address, name or id that somebody sent is ever
one. Of several copies of the hospital any one tells of all: sums, unless "copies" says otherwise; of a copy that ends its
counts are gone, which Prometheus takes for a start. The numbers of the databases are read every 15 seconds, whoever asks.

The operations manuals ask for these:

| asked for | in PromQL |
| --- | --- |
| requests a second | \`sum by (endpoint) (rate(http_requests_total[5m]))\` |
| part of them that fails | \`sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))\` |
| http_request_duration_seconds{quantile="0.95"} | \`histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))\` |
| errors by type | \`sum by (type) (increase(application_errors_total[1h]))\` |
| the machine | \`cpu_usage_percent\`, \`memory_usage_bytes\`, \`disk_usage_percent\` |
| the day's work | \`increase(patient_records_processed_total[1d])\`, \`increase(appointment_bookings_total[1d])\`, \`api_calls_per_minute\` |
| availability | \`omnicare_sla_availability_percentage\` |
| failed sign-ins a minute | \`sum(increase(omnicare_sign_in_failures_total{reason!~"expired|unavailable"}[1m]))\` |
| replication lag | \`omnicare_replication_lag_seconds\` |

Both planes also tell of their Node processes, as prom-client does: \`process_*\` and \`nodejs_*\`.

This page is printed by \`npm run generate\` from what src/metrics.ts collects.

| metric | type | plane | meaning | labels | moved by |
| --- | --- | --- | --- | --- | --- |
`

const PLANES = Object.keys(METRICS) as (keyof typeof METRICS)[]

/** Each with the planes that have it. */
function rows(): { readonly declared: Metric; readonly planes: readonly string[] }[] {
  const all = new Set(PLANES.flatMap((plane) => METRICS[plane]))
  return Array.from(all, (declared) => ({
    declared,
    planes: PLANES.filter((plane) => METRICS[plane].includes(declared)),
  })).sort((a, b) => (a.declared.name < b.declared.name ? -1 : 1))
}

export function metricsPage(): string {
  const lines = rows().map(({ declared: { name, type, help, labels = {}, moves, copies }, planes }) => {
    const each = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${values}`)
    const meaning = copies === undefined ? help : `${help} Copies: ${copies}.`
    return `| \`${name}\` | ${type} | ${planes.join(', ')} | ${meaning} | ${each.join('<br>')} | ${moves} |\n`
  })
  return HEAD + lines.join('')
}

export function generateMetricsPage(root: string): void {
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs/metrics.md'), metricsPage())
}
