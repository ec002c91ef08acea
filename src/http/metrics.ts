/** What the doors count, on both planes. */
import { metric } from '#foundation/metric.ts'

const ENDPOINT = 'pattern of a route, as in `/fhir/R4/:type/:id`; `none`: no route; `malformed`: not readable as HTTP'
const METHOD = 'one that HTTP knows; `unknown` for what was not readable'

export const HTTP_METRICS = {
  requests: metric({
    name: 'http_requests_total',
    type: 'counter',
    help: 'HTTP requests answered.',
    moves: 'Every answer that leaves, refusals too.',
    labels: { status: 'HTTP status', method: METHOD, endpoint: ENDPOINT },
  }),
  durations: metric({
    name: 'http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the arrival of a request to the end of its answer.',
    moves: 'Every answer that leaves.',
    labels: { method: METHOD, endpoint: ENDPOINT },
  }),
  calls: metric({
    name: 'api_calls_per_minute',
    type: 'gauge',
    help: 'Calls of the API answered within the last minute.',
    moves:
      'Answers under `/fhir`, `/api` and `/oauth`; those under `/health` and `/metrics` and pages do not count. Asked more seldom than once a minute, it is the mean since it was asked before.',
  }),
  errors: metric({
    name: 'application_errors_total',
    type: 'counter',
    help: 'Requests that OmniCare itself failed at, by the code of the fault they were answered with.',
    moves: 'Every answer of 500 and above.',
    labels: {
      type: 'code of a fault that is answered with 5xx, as in `database/unreachable`; `http/unexpected`: nobody foresaw it',
    },
  }),
  handshakes: metric({
    name: 'omnicare_tls_handshakes_failed_total',
    type: 'counter',
    help: 'Connections on which no TLS came about: plain HTTP, an old version, a certificate that the client does not trust.',
    moves: 'Every such connection, where TLS is spoken.',
  }),
}
