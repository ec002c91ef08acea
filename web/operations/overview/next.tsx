import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { HealthReport } from '../../../src/operations/health/terms.ts'
import { type OccurrenceSummary, type ProcedureSummary, STATE_WORDS } from '../../../src/operations/procedures/terms.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { isOpen } from '../alerts/words.ts'
import { overview } from '../procedures/queries.ts'
import { alerts } from '../queries.ts'
import { RunbookLink } from '../runbooks/link.tsx'
import styles from './overview.module.css'
import { ProcedureLink } from './procedure-link.tsx'

/** What somebody has to do, the most pressing first; with nothing to do, what comes next. */
export function Next({ report: { causes } }: { readonly report: HealthReport }) {
  const signedIn = useSignedIn()
  const open = useQuery({ ...alerts, enabled: may(signedIn, 'alerts:read') }).data?.alerts.filter(isOpen) ?? []
  const all = useQuery({ ...overview, enabled: may(signedIn, 'procedures:read') }).data?.procedures ?? []
  const due = all.flatMap(({ newest }) => (newest !== undefined && isDue(newest) ? [newest] : []))
  const isIdle = causes.length + open.length + due.length === 0
  return (
    <Section title="What to do next">
      {isIdle ? (
        <Empty>
          Nothing. <Coming of={all} />
        </Empty>
      ) : (
        <ol className={styles.list}>
          {open.map(({ id, summary }) => (
            <li key={id}>
              <Link to="/alerts" hash={id}>
                Acknowledge
              </Link>
              : {summary}
            </li>
          ))}
          {causes.map(({ probe, says, runbook }) => (
            <li key={probe}>
              <RunbookLink of={runbook}>Follow the runbook</RunbookLink>: {says}
            </li>
          ))}
          {due.map((occurrence) => (
            <li key={occurrence.id}>
              <ProcedureLink id={occurrence.id}>{occurrence.title}</ProcedureLink>
              <Text size="sm" c="dimmed">
                {occurrence.state !== 'due' && `${STATE_WORDS[occurrence.state]}. `}
                {occurrence.overdue ? 'Overdue: it was due' : 'Due'} <When at={occurrence.due} />
              </Text>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

const isDue = ({ state }: OccurrenceSummary): boolean => state !== 'signed' && state !== 'missed'

function Coming({ of: all }: { readonly of: readonly ProcedureSummary[] }) {
  const [first] = all.toSorted((one, other) => Date.parse(one.next) - Date.parse(other.next))
  if (first === undefined) return null
  return (
    <>
      Next comes the {first.title.toLowerCase()}, <When at={first.next} />.
    </>
  )
}
