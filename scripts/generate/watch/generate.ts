/** Prints what other programs watch OmniCare by, and the page about it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { grafanaDashboards } from './grafana.ts'
import { alertsPage } from './page.ts'
import { alertmanagerConfig, prometheusConfig, rulesFile, ruleTestsFiles } from './prometheus.ts'

/** Each file with what it must hold. */
export const watchFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['deploy/prometheus/prometheus.yaml', prometheusConfig()],
    ['deploy/prometheus/rules.yaml', rulesFile()],
    ...[...ruleTestsFiles()].map(([name, text]) => [`deploy/prometheus/${name}`, text] as const),
    ['deploy/alertmanager/alertmanager.yml', alertmanagerConfig()],
    ...[...grafanaDashboards()].map(([name, text]) => [`deploy/grafana/${name}.json`, text] as const),
    ['docs/alerts.md', alertsPage()],
  ])

export function generateWatch(root: string): void {
  for (const [file, text] of watchFiles()) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
}
