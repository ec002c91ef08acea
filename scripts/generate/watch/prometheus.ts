/** What Prometheus and Alertmanager are given: targets, rules with their unit tests, and the way to our webhook. */
import { stringify } from 'yaml'
import { duration, type Labels, print } from '#promql'
import { RULES, type Rule } from '../../../src/operations/alerts/rules/index.ts'
import { RULE_TESTS, type Run } from './rule-tests.ts'

const HEAD = `# Printed by \`npm run generate\` from src/operations/alerts/rules/: what is changed here is lost.\n`
const SCRAPE_SECONDS = 15
/** In the home of OmniCare, or wherever it was copied to for the user that Prometheus runs as. */
const TOKEN = '/etc/omnicare/monitor-token'

const yaml = (content: object): string => HEAD + stringify(content, { lineWidth: 0 })

/** A template of ours as one of Go's. */
const template = (summary: string): string => summary.replace(/\{\{(\w+)\}\}/g, '{{ $$labels.$1 }}')

export const prometheusConfig = (): string =>
  yaml({
    global: { scrape_interval: duration(SCRAPE_SECONDS), evaluation_interval: duration(SCRAPE_SECONDS) },
    rule_files: ['rules.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
    scrape_configs: [
      ['hospital', '127.0.0.1:8080'],
      ['operations', '127.0.0.1:8081'],
    ].map(([job, target]) => ({
      job_name: job,
      authorization: { type: 'Bearer', credentials_file: TOKEN },
      static_configs: [{ targets: [target] }],
    })),
  })

const ruleOf = ({ name, severity, expression, forSeconds, summary, runbook }: Rule) => ({
  alert: name,
  expr: print(expression),
  ...(forSeconds > 0 && { for: duration(forSeconds) }),
  labels: { severity },
  annotations: { summary: template(summary), runbook_url: runbook },
})

/** A group for each pace. */
export function rulesFile(): string {
  const paces = [...new Set(RULES.map(({ everySeconds }) => everySeconds))]
  return yaml({
    groups: paces.map((pace) => ({
      name: pace === undefined ? 'omnicare' : `omnicare-${duration(pace)}`,
      ...(pace !== undefined && { interval: duration(pace) }),
      rules: RULES.filter(({ everySeconds }) => everySeconds === pace).map(ruleOf),
    })),
  })
}

const named = ({ __name__ = '', ...labels }: Labels): string =>
  `${__name__}{${Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`

/** As promtool has it: the first and how many follow. */
const notation = ({ from, by, count }: Run): string =>
  from === null ? `_x${count}` : `${from}${by < 0 ? '-' : '+'}${Math.abs(by)}x${count - 1}`

/** By the name of the file: what looks back for days is judged every half hour, or promtool takes as long as that. */
export const ruleTestsFiles = (): ReadonlyMap<string, string> =>
  new Map(
    [...new Set(RULE_TESTS.map(({ everySeconds }) => everySeconds))].map((seconds) => [
      `rules-test-${duration(seconds)}.yaml`,
      ruleTestsFile(seconds),
    ]),
  )

function ruleTestsFile(seconds: number): string {
  const rules = new Map(RULES.map((rule) => [rule.name, rule]))
  const own = RULE_TESTS.filter(({ everySeconds }) => everySeconds === seconds)
  return yaml({
    rule_files: ['rules.yaml'],
    evaluation_interval: duration(seconds),
    tests: own.map(({ rule, when, everySeconds, series, expects }) => ({
      name: `${rule}: ${when}`,
      interval: duration(everySeconds),
      input_series: series.map(({ labels, runs }) => ({ series: named(labels), values: runs.map(notation).join(' ') })),
      alert_rule_test: expects.map(({ afterSeconds, alerts }) => ({
        eval_time: duration(afterSeconds),
        alertname: rule,
        exp_alerts: alerts.map(({ labels, summary }) => ({
          exp_labels: { severity: rules.get(rule)?.severity, ...labels },
          exp_annotations: { summary, runbook_url: rules.get(rule)?.runbook },
        })),
      })),
    })),
  })
}

export const alertmanagerConfig = (): string =>
  yaml({
    route: {
      receiver: 'omnicare',
      group_by: ['alertname'],
      group_wait: '10s',
      group_interval: '1m',
      // Operations forgets what it is not told of for two hours.
      repeat_interval: '30m',
    },
    receivers: [
      {
        name: 'omnicare',
        webhook_configs: [
          {
            url: 'http://127.0.0.1:8081/api/operations/alertmanager',
            send_resolved: true,
            max_alerts: 400,
            http_config: { authorization: { type: 'Bearer', credentials_file: TOKEN } },
          },
        ],
      },
    ],
  })
