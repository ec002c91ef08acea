/** Each name that the operations manuals give a metric: there, of its type, and moved by its cause. One OmniCare for all. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { signal } from '#foundation/process.ts'
import { METRICS } from '../../src/metrics.ts'
import { openBrowser } from '../support/door.ts'
import { freshHome, killOne, postmaster, type Running, startOmniCare, until } from '../support/running.ts'
import { leaveFree, smallDisk } from '../support/small-disk.ts'
import { ofSuite } from '../support/suite.ts'

type Plane = keyof typeof METRICS

/** The sum over what a plane tells of a metric, or of those of its lines that have `having` in them; undefined without any. */
type Told = (plane: Plane, name: string, having?: string) => Promise<number | undefined>

interface Named {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly plane: Plane
  /** What is looked at when it isn't the name itself. */
  readonly line?: string
  /** Makes happen what moves it. */
  readonly cause: () => Promise<unknown>
  readonly moved: (before: number, after: number) => boolean
}

const more = (before: number, after: number) => after > before
const less = (before: number, after: number) => after < before

describe('the metrics of the operations manuals', () => {
  const t = ofSuite()
  let running: Running
  let told: Told
  let text: (plane: Plane) => Promise<string>
  // Ended after what runs on it.
  const disk = smallDisk.cannot === false ? smallDisk({ after }, 200) : ''
  const began = performance.now()

  before(async () => {
    running = await startOmniCare(freshHome(t), {
      OMNICARE_STATEMENT_TIMEOUT: '5000',
      ...(disk !== '' && { OMNICARE_AUDIT_LOG_FOLDER: disk }),
    })
    const headers = { authorization: `Bearer ${running.token}` }
    text = async (plane) => (await fetch(`${running.run()[plane]}/metrics`, { headers })).text()
    told = async (plane, name, having = '') => {
      const lines = (await text(plane))
        .split('\n')
        .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(having))
      return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    }
  })

  const ask = (path: string) => running.ask(path).then((answer) => answer.arrayBuffer())
  const patient = () => running.send('POST', '/fhir/R4/Patient', { resourceType: 'Patient' })
  /** Memory that is there until it has been looked at. */
  let held: Buffer | undefined

  const named: readonly Named[] = [
    {
      name: 'http_requests_total',
      type: 'counter',
      plane: 'hospital',
      cause: () => ask('/fhir/R4/Patient/nobody'),
      moved: more,
    },
    {
      name: 'http_requests_total',
      type: 'counter',
      plane: 'operations',
      cause: () => fetch(`${running.run().operations}/health`).then((answer) => answer.text()),
      moved: more,
    },
    {
      name: 'http_request_duration_seconds',
      type: 'histogram',
      plane: 'hospital',
      line: 'http_request_duration_seconds_count',
      cause: () => ask('/fhir/R4/Patient/nobody'),
      moved: more,
    },
    {
      name: 'application_errors_total',
      type: 'counter',
      plane: 'hospital',
      cause: async () => {
        const killed = killOne('the record database', () => postmaster(running.home, 'record'))
        const statuses: number[] = []
        await until('a request fails', async () => {
          statuses.push((await running.ask('/fhir/R4/Patient/nobody')).status)
          return statuses.includes(503)
        })
        await killed
        await until('the record answers again', async () => (await running.ask('/health/ready')).status === 200)
      },
      moved: more,
    },
    {
      name: 'cpu_usage_percent',
      type: 'gauge',
      plane: 'operations',
      // It is the mean of ten seconds at least.
      cause: () => until('ten seconds have passed', () => performance.now() - began > 11_000),
      moved: (was, is) => was !== is && is > 0 && is <= 100,
    },
    {
      name: 'memory_usage_bytes',
      type: 'gauge',
      plane: 'operations',
      cause: async () => {
        held = Buffer.alloc(512 * 1024 * 1024, 1)
      },
      moved: (was, is) => is - was > (held?.length ?? 0) / 4,
    },
    {
      name: 'disk_usage_percent',
      type: 'gauge',
      plane: 'operations',
      cause: async () => {
        if (disk !== '') leaveFree(disk, 5)
        else execFileSync('fallocate', ['-l', String(512 * 1024 * 1024), `${running.home}/ballast`])
      },
      moved: more,
    },
    { name: 'patient_records_processed_total', type: 'counter', plane: 'hospital', cause: patient, moved: more },
    {
      name: 'appointment_bookings_total',
      type: 'counter',
      plane: 'hospital',
      cause: () =>
        running.send('POST', '/fhir/R4/Appointment', {
          resourceType: 'Appointment',
          status: 'booked',
          start: '2026-01-01T09:00:00Z',
          end: '2026-01-01T09:30:00Z',
          participant: [{ status: 'accepted', actor: { display: 'Dr. X' } }],
        }),
      moved: more,
    },
    {
      name: 'api_calls_per_minute',
      type: 'gauge',
      plane: 'hospital',
      cause: () => Promise.all(Array.from({ length: 200 }, () => ask('/fhir/R4/Patient/nobody'))),
      moved: more,
    },
    {
      name: 'omnicare_sla_availability_percentage',
      type: 'gauge',
      plane: 'operations',
      cause: async () => {
        await until('the hospital was seen', async () => (await told('operations', 'omnicare_hospital_up')) === 1)
        const { hospitalPid } = running.run()
        signal(hospitalPid, 'SIGSTOP')
        try {
          await until('it is missed', async () => (await told('operations', 'omnicare_hospital_up')) === 0)
        } finally {
          signal(hospitalPid, 'SIGCONT')
        }
      },
      moved: less,
    },
  ]

  for (const { name, type, plane, line = name, cause, moved } of named)
    test(`have ${name} of ${plane}, a ${type} that moves`, async () => {
      assert.match(await text(plane), new RegExp(`^# TYPE ${name} ${type}$`, 'm'))
      if (name === 'omnicare_sla_availability_percentage')
        await until('it is known', async () => (await told(plane, line)) !== undefined)
      const was = (await told(plane, line)) ?? 0
      await cause()
      let is = 0
      // An answer is counted when it has left, which its client may know before.
      await until(`${name} moves from ${was}`, async () => {
        is = (await told(plane, line)) ?? 0
        return moved(was, is)
      })
    })

  test('also tell of the failed sign-ins and the lag that alerts are made of', async () => {
    const failed = () => told('hospital', 'omnicare_sign_in_failures_total', 'reason="token"')
    const was = (await failed()) as number
    await fetch(`${running.run().hospital}/fhir/R4/Patient/p1`, { headers: { authorization: 'Bearer wrong' } })
    await until('it is counted', async () => (await failed()) === was + 1)
    const signIns = () => told('operations', 'omnicare_sign_in_failures_total', 'reason="credentials"')
    const before = (await signIns()) as number
    const browser = openBrowser(running.run().operations)
    const { status } = await browser.ask('POST', '/api/session/password', {
      userName: 'nobody',
      password: 'a wrong password',
    })
    assert.equal(status, 401)
    assert.equal(await signIns(), before + 1)
    for (const database of ['record', 'control'])
      assert.equal(await told('operations', 'omnicare_replication_lag_seconds', `database="${database}"`), 0)
  })

  for (const plane of ['hospital', 'operations'] as const)
    test(`are all on the page, with the others that ${plane} tells`, async () => {
      // A database that was started anew tells again once it was asked.
      await until('all is told', async () => (await told('operations', 'omnicare_database_up')) === 2)
      const shown = [...(await text(plane)).matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (.*)$/gm)]
        .filter(([, name = '']) => !/^(process|nodejs)_/.test(name))
        .map(([, name, help, type]) => ({ name, help, type }))
      const declared = METRICS[plane].map(({ name, help, type }) => ({ name, help, type }))
      const known = new Map(declared.map((one) => [one.name, one]))
      // What is shown and not declared: to be added to src/metrics.ts.
      assert.deepEqual(
        shown.filter(({ name = '' }) => !known.has(name)),
        [],
      )
      for (const one of shown) assert.deepEqual(one, known.get(one.name as string))
      // What is declared and not shown is there with TLS, with mail, or with a spool only.
      const missing = declared.filter(({ name }) => !shown.some((one) => one.name === name)).map(({ name }) => name)
      assert.deepEqual(
        missing.filter((name) => !/^(omnicare_tls|notifications|audit_spooled)_/.test(name)),
        [],
      )
    })

  test('are scraped within 20 ms', async () => {
    for (const plane of ['hospital', 'operations'] as const) {
      const tookMs: number[] = []
      for (let scrape = 0; scrape < 20; scrape++) {
        const start = performance.now()
        await text(plane)
        tookMs.push(performance.now() - start)
        await delay(20)
      }
      // Others use the machine too: the half of them that went undisturbed.
      assert.ok((tookMs.sort((a, b) => a - b)[9] as number) < 20, `${plane}: ${tookMs[9]} ms`)
    }
  })
})
