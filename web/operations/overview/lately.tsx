import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { HealthReport } from '../../../src/operations/health/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { Ago } from '../../ui/when.tsx'
import { placeOf, VERDICT_TONES, VERDICT_WORDS } from '../health/words.ts'
import { Mark } from '../mark.tsx'
import styles from './overview.module.css'

const MOST = 8

/** What has changed its verdict; not what was answered for the first time. */
export function Lately({ report: { changes } }: { readonly report: HealthReport }) {
  const shown = changes.filter(({ from }) => from !== undefined).slice(0, MOST)
  return (
    <Section title="Lately">
      {shown.length === 0 ? (
        <Empty>Nothing has changed since operations watches.</Empty>
      ) : (
        <ul className={styles.list}>
          {shown.map(({ probe, at, to, says }) => (
            <li key={`${probe} ${at}`}>
              <Mark tone={VERDICT_TONES[to]}>
                <Link to="/probes" hash={placeOf(probe)}>
                  {probe}
                </Link>
              </Mark>
              <Text size="sm" c="dimmed">
                {VERDICT_WORDS[to]}, <Ago at={at} />
                {says !== undefined && `: ${says}`}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
