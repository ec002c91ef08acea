/**
 * An hour of both planes in which everything happens that an alert rule is about, scraped every 15 s from real registries: the
 * hospital is down twice and its counters begin anew, requests fail and are slow, series come and go.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Labels } from '#promql'
import { scrape } from '../../src/operations/samples/scrape.ts'
import { openTaking } from '../../src/operations/samples/take.ts'

export const SCRAPES = 240
export const EVERY_SECONDS = 15

/** A sample, `ended` where the series was no longer there; nothing where there is none. */
type Recorded = Map<number, number | 'ended'>
export interface RecordedSeries {
  readonly labels: Labels
  readonly samples: Recorded
}

const within = (minute: number, from: number, to: number): boolean => minute >= from && minute < to

function openHospital() {
  const metrics = new Registry()
  const registers = [metrics]
  const names = ['method', 'endpoint'] as const
  const requests = new Counter({
    name: 'http_requests_total',
    help: '-',
    labelNames: ['status', ...names],
    registers,
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: '-',
    labelNames: names,
    buckets: [0.1, 0.5, 1, 2.5, 5],
    registers,
  })
  const unrecorded = new Counter({ name: 'audit_unrecorded_total', help: '-', registers })
  const disk = new Gauge({ name: 'disk_usage_percent', help: '-', registers })
  return {
    metrics,
    live(minute: number, tick: number) {
      const ask = (endpoint: string, status: number, seconds: number, times: number) => {
        requests.inc({ method: 'GET', endpoint, status }, times)
        for (let one = 0; one < times; one++) durations.observe({ method: 'GET', endpoint }, seconds)
      }
      const slow = within(minute, 33, 41) ? 3.1 : 0.05
      ask('/fhir/R4/:type', 200, slow, 30 + (tick % 7))
      ask('/health/ready', tick % 9 === 0 ? 503 : 200, 0.01, 1)
      if (minute >= 4) ask('/fhir/R4/:type/:id', 200, 0.02, 5 + (tick % 3))
      if (within(minute, 22, 31)) ask('/fhir/R4/:type', 500, 0.02, 4)
      if (within(minute, 44, 45)) unrecorded.inc(2)
      disk.set(within(minute, 24, 32) ? 91 : 80 + minute / 20)
    },
  }
}

function openOperations(startMs: number) {
  const metrics = new Registry()
  const registers = [metrics]
  const gauge = (name: string, label?: string) =>
    new Gauge({ name, help: '-', registers, labelNames: label === undefined ? [] : [label] })
  const failures = new Counter({
    name: 'omnicare_sign_in_failures_total',
    help: '-',
    labelNames: ['reason'],
    registers,
  })
  const lag = gauge('omnicare_replication_lag_seconds', 'database')
  const backup = gauge('omnicare_backup_age_seconds')
  const certificate = gauge('omnicare_tls_certificate_not_after_seconds')
  const sealing = gauge('audit_sealing_lag_seconds', 'source')
  const probe = gauge('omnicare_probe_failed', 'probe')
  const procedure = gauge('omnicare_procedure_overdue', 'procedure')
  const mail = gauge('notifications_oldest_waiting_seconds')
  certificate.set(startMs / 1000 + 3 * 86_400 + 1_800)
  return {
    metrics,
    live(minute: number, tick: number) {
      failures.inc({ reason: 'expired' }, 5)
      failures.inc({ reason: 'credentials' }, within(minute, 46, 50) ? 4 : tick % 4 === 0 ? 1 : 0)
      // It comes and goes: pending again and again, and fires only once it lasts.
      lag.set({ database: 'record' }, within(minute, 10, 20) && tick % 5 !== 0 ? 40 : within(minute, 20, 25) ? 45 : 1)
      backup.set(25.5 * 3_600 + minute * 60)
      sealing.set({ source: 'record' }, within(minute, 15, 19) ? 90 : 0.2)
      sealing.set({ source: 'control' }, 0.1)
      if (minute >= 8) probe.set({ probe: 'record:database' }, within(minute, 13, 21) ? 1 : 0)
      if (within(minute, 30, 36)) probe.set({ probe: 'disk' }, 1)
      else probe.remove({ probe: 'disk' })
      procedure.set({ procedure: 'morning-check' }, within(minute, 40, 45) ? 1 : 0)
      mail.set(within(minute, 26, 50) ? (minute - 26) * 60 : 0)
    },
  }
}

/** Every series of the hour, by its key. */
export async function recordHour(startMs: number, wanted: ReadonlySet<string>): Promise<Map<string, RecordedSeries>> {
  const all = new Map<string, RecordedSeries>()
  const put = (labels: Labels, key: string, atMs: number, value: number | 'ended') => {
    const series = all.get(key) ?? { labels, samples: new Map() }
    all.set(key, series)
    series.samples.set(Math.round((atMs - startMs) / 1000 / EVERY_SECONDS), value)
  }
  const take = openTaking({
    add: put,
    end: (labels, key, atMs) => put(labels, key, atMs, 'ended'),
  })
  let hospital = openHospital()
  const operations = openOperations(startMs)
  for (let tick = 0; tick < SCRAPES; tick++) {
    const minute = (tick * EVERY_SECONDS) / 60
    const atMs = startMs + tick * EVERY_SECONDS * 1000
    const isDown = within(minute, 2, 3.5) || within(minute, 13, 20.5)
    if (isDown) hospital = openHospital()
    else hospital.live(minute, tick)
    operations.live(minute, tick)
    const read = async () => {
      if (isDown) throw new Error('down')
      return hospital.metrics.metrics()
    }
    const look = async (job: string, instance: string, text: () => Promise<string>) =>
      take(atMs, job, (await scrape({ job, instance, read: text }, wanted, 5_000)).samples)
    // Taken out of what is scraped for a while: then it is not known to be down, but nothing is known of it.
    if (within(minute, 51, 58)) take(atMs, 'hospital', [])
    else await look('hospital', 'h:8080', read)
    await look('operations', 'o:8081', () => operations.metrics.metrics())
  }
  return all
}
