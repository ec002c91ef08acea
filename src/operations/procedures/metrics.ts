import { metric } from '#foundation/metric.ts'

export const PROCEDURE_METRICS = {
  overdue: metric({
    name: 'omnicare_procedure_overdue',
    type: 'gauge',
    help: 'Whether a daily procedure is late: 1 from its time limit on until one that was due later, or it, is signed.',
    moves: 'A procedure that nobody does in time. Looked at every 15 seconds.',
    labels: { procedure: 'name of a daily procedure, as in `morning-check`' },
  }),
}
