/** The wall: is the hospital well, what is wrong, what is to be done next, and who is on duty. */
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { HealthReport } from '../../../src/operations/health/terms.ts'
import { PageTitle } from '../../ui/layout.tsx'
import { Clock } from '../../ui/when.tsx'
import { said } from '../health/words.ts'
import { Mark } from '../mark.tsx'
import { health } from '../queries.ts'
import { Watched } from '../watched.tsx'
import { Lately } from './lately.tsx'
import { Next } from './next.tsx'
import { Numbers } from './numbers.tsx'
import { OnDuty } from './on-duty.tsx'
import styles from './overview.module.css'
import { Wrong } from './wrong.tsx'

export function Overview() {
  const report = useQuery(health)
  return (
    <>
      <PageTitle>Overview</PageTitle>
      <Watched of={report} what="how the hospital is">
        {(now) => (
          <>
            <Banner report={now} />
            <Numbers report={now} />
            <div className={styles.columns}>
              <div>
                <Wrong report={now} />
                <Next report={now} />
              </div>
              <div>
                <OnDuty />
                <Lately report={now} />
              </div>
            </div>
          </>
        )}
      </Watched>
    </>
  )
}

function Banner({ report }: { readonly report: HealthReport }) {
  const { tone, says } = said(report)
  const asked = report.probes.filter(({ verdict }) => verdict !== undefined)
  const well = asked.filter(({ verdict }) => verdict === 'pass')
  // Whoever has many tabs sees there how it is.
  useEffect(() => {
    document.title = `${says} · OmniCare`
  }, [says])
  return (
    <section className={styles.banner} data-tone={tone} aria-label="How the hospital is">
      <Mark tone={tone} large>
        <span role="status" className={styles.says}>
          {says}
        </span>
      </Mark>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          <Link to="/probes">
            {well.length} of {report.probes.length} probes are well
          </Link>
          , looked at <Clock at={report.at} />
        </Text>
      </Group>
    </section>
  )
}
