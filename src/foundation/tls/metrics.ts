/** What is told of certificates, where TLS is spoken. */
import { metric } from '../metric.ts'

export const TLS_METRICS = {
  notAfter: metric({
    name: 'omnicare_tls_certificate_not_after_seconds',
    type: 'gauge',
    help: 'When the certificate ends that is served, in seconds since 1970.',
    moves: 'Another certificate in the file. Of several copies the earliest.',
    copies: 'min',
  }),
  refused: metric({
    name: 'omnicare_tls_files_refused',
    type: 'gauge',
    help: '1 while the certificate files hold what can not be served, and the former certificate is.',
    moves: 'Files that were changed to what does not go together, or others may read.',
    copies: 'max',
  }),
  reloads: metric({
    name: 'omnicare_tls_reloads_total',
    type: 'counter',
    help: 'Changes of the certificate files, by whether the new pair was taken or refused.',
    moves: 'Files that have changed, or SIGHUP.',
    labels: { outcome: '`taken`, `refused`' },
  }),
}
