import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Availability, HealthReport } from '../../../src/operations/health/terms.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { count, percent, seconds } from '../numbers.ts'
import { charts } from '../queries.ts'
import styles from './overview.module.css'

/** Each leads to where it comes from. */
export function Numbers({ report }: { readonly report: HealthReport }) {
  const signedIn = useSignedIn()
  return (
    <ul className={styles.numbers} aria-label="In numbers">
      <Available says="available in the last day" of={report.sla.lastDay} />
      <Available says={`in 30 days, of ${percent(report.sla.targetPercent)} promised`} of={report.sla.last30Days} />
      <Figure value={count(report.errors.count)} says="errors logged in the last hour">
        {(content) =>
          may(signedIn, 'logs:read') ? (
            <Link to="/logs" search={{ level: 'error' }} className={styles.number}>
              {content}
            </Link>
          ) : (
            <Link to="/probes" hash="errors" className={styles.number}>
              {content}
            </Link>
          )
        }
      </Figure>
      {may(signedIn, 'metrics:read') && <Load />}
    </ul>
  )
}

interface FigureProps {
  readonly value: string
  readonly says: string
  readonly children: (content: ReactNode) => ReactNode
}

function Figure({ value, says, children }: FigureProps) {
  return (
    <li>
      {children(
        <>
          <strong>{value}</strong>
          <span>{says}</span>
        </>,
      )}
    </li>
  )
}

function Available({
  says,
  of: { percent: share, watchedSeconds },
}: {
  readonly says: string
  readonly of: Availability
}) {
  return (
    <Figure
      value={share === undefined ? '–' : percent(share)}
      says={share === undefined ? 'nothing watched yet' : says}
    >
      {(content) => (
        <Link
          to="/probes"
          hash="availability"
          className={styles.number}
          title={`Watched for ${seconds(watchedSeconds)}`}
        >
          {content}
        </Link>
      )}
    </Figure>
  )
}

const LOOK_BACK_SECONDS = 900
const AGAIN_SECONDS = 30

/** The newest of what the dashboard of the application shows. */
function Load() {
  const { data } = useQuery(charts('application-performance', LOOK_BACK_SECONDS, AGAIN_SECONDS))
  const newest = (panel: string, series: string) =>
    data?.panels
      .find(({ id }) => id === panel)
      ?.series.find(({ name }) => name === series)
      ?.values.findLast((value) => value !== null)
  const calls = newest('calls', 'hospital')
  const slow = newest('response-times', '95 of 100')
  return (
    <>
      <Figure value={calls == null ? '–' : count(calls)} says="calls to the hospital in a minute">
        {(content) => (
          <Link
            to="/dashboards/$name"
            params={{ name: 'application-performance' }}
            hash="calls"
            className={styles.number}
          >
            {content}
          </Link>
        )}
      </Figure>
      <Figure value={slow == null ? '–' : seconds(slow)} says="within which 95 of 100 are answered">
        {(content) => (
          <Link
            to="/dashboards/$name"
            params={{ name: 'application-performance' }}
            hash="response-times"
            className={styles.number}
          >
            {content}
          </Link>
        )}
      </Figure>
    </>
  )
}
