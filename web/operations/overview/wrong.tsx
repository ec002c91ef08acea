import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { HealthReport } from '../../../src/operations/health/terms.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { Ago } from '../../ui/when.tsx'
import { SEVERITY_TONES, SEVERITY_WORDS } from '../alerts/words.ts'
import { placeOf, VERDICT_TONES } from '../health/words.ts'
import { Mark } from '../mark.tsx'
import { alerts } from '../queries.ts'
import styles from './overview.module.css'

/** What is wrong by itself, with what is wrong because of it; and every alert that fires. */
export function Wrong({ report: { causes } }: { readonly report: HealthReport }) {
  const { data } = useQuery({ ...alerts, enabled: may(useSignedIn(), 'alerts:read') })
  const firing = (data?.alerts ?? []).filter(({ state }) => state === 'firing')
  return (
    <Section title="What is wrong">
      {causes.length + firing.length === 0 ? (
        <Empty>Nothing is wrong that we know of.</Empty>
      ) : (
        <ul className={styles.list}>
          {causes.map(({ probe, verdict, since, says, carries, dependents }) => (
            <li key={probe}>
              <Mark tone={VERDICT_TONES[verdict]}>
                <Link to="/probes" hash={placeOf(probe)}>
                  {says}
                </Link>
              </Mark>
              <Text size="sm" c="dimmed">
                Began <Ago at={since} />. {carries}
                {dependents.length > 0 && ` Not well because of it: ${dependents.join(', ')}.`}
              </Text>
            </li>
          ))}
          {firing.map(({ id, severity, summary, fired, since, acknowledged }) => (
            <li key={id}>
              <Mark tone={SEVERITY_TONES[severity]}>
                <Link to="/alerts" hash={id}>
                  {summary}
                </Link>
              </Mark>
              <Text size="sm" c="dimmed">
                {SEVERITY_WORDS[severity]} alert, <Ago at={fired ?? since} />
                {acknowledged === undefined ? ', seen by nobody yet' : `; ${acknowledged.by} sees to it`}.
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
