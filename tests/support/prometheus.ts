/** Debian's Prometheus and Alertmanager with the shipped configuration, of which only addresses and pace are changed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, until } from './running.ts'
import type { After } from './suite.ts'

const deploy = join(import.meta.dirname, '../../deploy')

interface Prometheus {
  /** The vector that an expression has now. */
  readonly query: (expression: string) => Promise<readonly { readonly value: readonly [number, string] }[]>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Writes a shipped file with other words in it; each that is to be changed must be there. */
function written(from: string, to: string, changes: Readonly<Record<string, string>>): void {
  let text = readFileSync(join(deploy, from), 'utf8')
  for (const [was, is] of Object.entries(changes)) {
    assert.ok(text.includes(was), `${from} has no ${was}`)
    text = text.replaceAll(was, is)
  }
  writeFileSync(to, text)
}

/** Both, for a running OmniCare: every second, and with rules that wait for seconds where they are declared in minutes. */
export async function startPrometheus(t: After, running: Running): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-prometheus-'))
  const [port, alertmanagerPort] = [await freePort(), await freePort()]
  const { hospital, operations } = running.run()
  const token = join(running.home, 'monitor-token')
  mkdirSync(join(folder, 'data'))
  written('prometheus/prometheus.yaml', join(folder, 'prometheus.yaml'), {
    '127.0.0.1:8080': new URL(hospital).host,
    '127.0.0.1:8081': new URL(operations).host,
    '127.0.0.1:9093': `127.0.0.1:${alertmanagerPort}`,
    '/etc/omnicare/monitor-token': token,
    ': 15s': ': 1s',
  })
  written('prometheus/rules.yaml', join(folder, 'rules.yaml'), { 'for: 5m': 'for: 2s' })
  written('alertmanager/alertmanager.yml', join(folder, 'alertmanager.yml'), {
    'http://127.0.0.1:8081': operations,
    '/etc/omnicare/monitor-token': token,
    'group_wait: 10s': 'group_wait: 0s',
    'group_interval: 1m': 'group_interval: 1s',
  })
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args, { cwd: folder, stdio: 'ignore' })
    t.after(async () => {
      const ended = new Promise((resolve) => void child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    })
  }
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  start(
    'prometheus-alertmanager',
    '--config.file=alertmanager.yml',
    `--storage.path=${join(folder, 'alerts')}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    '--cluster.listen-address=',
  )
  start(
    'prometheus',
    '--config.file=prometheus.yaml',
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  )
  for (const [name, at] of [
    ['Prometheus', port],
    ['Alertmanager', alertmanagerPort],
  ] as const)
    await until(`${name} is ready`, () =>
      fetch(`http://127.0.0.1:${at}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  return {
    async query(expression) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      })
      const { status, data, error } = (await answer.json()) as {
        status: string
        data: { result: readonly { value: readonly [number, string] }[] }
        error?: string
      }
      assert.equal(status, 'success', `${expression}: ${error}`)
      return data.result
    },
  }
}
