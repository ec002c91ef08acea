/** docs/alerts.md: what is promised, which alerts there are, and what the dashboards show. */
import { duration, print } from '#promql'
import { OBJECTIVES, RULES } from '../../../src/operations/alerts/rules/index.ts'
import { DASHBOARD_PLANS } from '../../../src/operations/samples/dashboards/index.ts'

const HEAD = `# Objectives, alerts, dashboards

Declared once, in \`src/operations/alerts/rules/\` and \`src/operations/samples/dashboards/\`; this page, \`deploy/prometheus/\`,
\`deploy/alertmanager/\` and \`deploy/grafana/\` are printed from it by \`npm run generate\`.

**Without a Prometheus** operations scrapes both planes every \`OMNICARE_SCRAPE_SECONDS\`, keeps what charts and rules need (all
scrapes of 6 hours, one of each 5 minutes for 30 days), and judges the same rules as Prometheus 2.42 does. \`omnicare alerts list\`,
a page and GET /api/operations/alerts say what is pending or fires; the dashboards are pages for the browser.

**With a Prometheus**: give it \`deploy/prometheus/\`, the file \`monitor-token\` from the home of OmniCare as
\`/etc/omnicare/monitor-token\`, and correct the addresses; with TLS add \`scheme: https\` and a \`tls_config\`. Its Alertmanager
tells operations by \`deploy/alertmanager/alertmanager.yml\`. What both say of the same alert is one. \`OMNICARE_SCRAPE_SECONDS=0\`
leaves judging to Prometheus alone; then those pages have no charts. Grafana imports \`deploy/grafana/\`.

**Told**: whoever is to be told of an alert is told from \`changed\` in \`src/watch-care.ts\`; today that is the log of operations.
`

const cell = (text: string): string => text.replaceAll('|', '\\\\|')

export function alertsPage(): string {
  const objectives = OBJECTIVES.map(({ name, promises }) => `- **${name}**: ${promises}`)
  const rules = RULES.map(({ name, severity, forSeconds, expression, summary, runbook }) =>
    [
      `[${name}](${runbook.replace('docs/', '')})`,
      severity,
      cell(summary.replace(/\{\{(\w+)\}\}/g, '*$1*')),
      forSeconds === 0 ? 'at once' : duration(forSeconds),
      `\`${cell(print(expression))}\``,
    ].join(' | '),
  )
  const dashboards = DASHBOARD_PLANS.flatMap(({ title, panels }) => [
    '',
    `### ${title}`,
    '',
    ...panels.map(({ title: panel, means }) => `- **${panel}**: ${means}`),
  ])
  return [
    HEAD,
    '## Objectives',
    '',
    ...objectives,
    '',
    'Of what may go wrong in 30 days an alert says when 2 % are used up within an hour (14.4 times the even pace), 5 % within six',
    'hours (6 times), or 10 % within three days (1 time); each ends soon after its cause. Fewer than 20 requests in the short window',
    'are no alert.',
    '',
    '## Alerts',
    '',
    '| alert | severity | what | holds for | expression |',
    '| --- | --- | --- | --- | --- |',
    ...rules.map((row) => `| ${row} |`),
    '',
    '## Dashboards',
    ...dashboards,
    '',
  ].join('\n')
}
