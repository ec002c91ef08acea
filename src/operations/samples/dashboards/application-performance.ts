import { divide, quantile, rate, select, sum, topk } from '#promql'
import type { Dashboard } from './dashboard.ts'

const seconds = (q: number, ...by: string[]) =>
  quantile(q, sum(rate(select('http_request_duration_seconds_bucket', { job: 'hospital' }), 'step'), 'le', ...by))
const requests = (labels: Record<string, string> = {}) => rate(select('http_requests_total', labels), 'step')

export const applicationPerformance: Dashboard = {
  name: 'application-performance',
  title: 'Application Performance',
  panels: [
    {
      id: 'response-times',
      title: 'Response times of the hospital',
      means: 'Within what time half, 95 of 100 and 99 of 100 requests were answered.',
      kind: 'line',
      unit: 'seconds',
      limit: { at: 2, bad: 'above' },
      queries: [
        { expression: seconds(0.5), legend: 'half' },
        { expression: seconds(0.95), legend: '95 of 100' },
        { expression: seconds(0.99), legend: '99 of 100' },
      ],
    },
    {
      id: 'throughput',
      title: 'Throughput',
      means: 'Requests by how they were answered: 5xx are our faults, 4xx what callers got wrong.',
      kind: 'line',
      unit: 'per-second',
      queries: [
        { expression: sum(requests({ status: '=~2..|3..' }), 'job'), legend: '{{job}}, well' },
        { expression: sum(requests({ status: '=~4..' }), 'job'), legend: '{{job}}, refused' },
        { expression: sum(requests({ status: '=~5..' }), 'job'), legend: '{{job}}, failed' },
      ],
    },
    {
      id: 'error-rate',
      title: 'Error rate',
      means: 'Share of requests that failed by our fault. Above 5 % for five minutes there is an alert.',
      kind: 'line',
      unit: 'ratio',
      limit: { at: 0.05, bad: 'above' },
      queries: [
        {
          expression: divide(sum(requests({ status: '=~5..' }), 'job'), sum(requests(), 'job')),
          legend: '{{job}}',
        },
      ],
    },
    {
      id: 'errors-by-type',
      title: 'Errors by type',
      means: 'What failed, by the kind of fault.',
      kind: 'line',
      unit: 'per-second',
      queries: [{ expression: sum(rate(select('application_errors_total'), 'step'), 'type'), legend: '{{type}}' }],
    },
    {
      id: 'busiest',
      title: 'Busiest endpoints',
      means: 'The ten endpoints of the hospital that are asked most.',
      kind: 'line',
      unit: 'per-second',
      queries: [
        {
          expression: topk(10, sum(requests({ job: 'hospital' }), 'method', 'endpoint')),
          legend: '{{method}} {{endpoint}}',
        },
      ],
    },
    {
      id: 'slowest',
      title: 'Slowest endpoints',
      means: 'The ten endpoints of the hospital that take longest, 95 of 100 requests to which are faster.',
      kind: 'line',
      unit: 'seconds',
      limit: { at: 2, bad: 'above' },
      queries: [{ expression: topk(10, seconds(0.95, 'method', 'endpoint')), legend: '{{method}} {{endpoint}}' }],
    },
    {
      id: 'calls',
      title: 'API calls',
      means: 'Calls of the last minute.',
      kind: 'number',
      unit: 'per-minute',
      queries: [{ expression: sum(select('api_calls_per_minute'), 'job'), legend: '{{job}}' }],
    },
    {
      id: 'work',
      title: 'Work of the hospital',
      means: 'Patient records that were processed, and appointments that were booked.',
      kind: 'line',
      unit: 'per-second',
      queries: [
        { expression: sum(rate(select('patient_records_processed_total'), 'step')), legend: 'patient records' },
        { expression: sum(rate(select('appointment_bookings_total'), 'step')), legend: 'appointments' },
      ],
    },
  ],
}
