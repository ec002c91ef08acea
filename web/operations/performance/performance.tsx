/** What is slow and why, with the exact next step; what is unused; and how long the room lasts. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PerformanceFinding } from '../../../src/operations/performance/terms.ts'
import { Act } from '../../ui/form.tsx'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { Clock } from '../../ui/when.tsx'
import { SEVERITY_TONES, SEVERITY_WORDS } from '../alerts/words.ts'
import { Mark } from '../mark.tsx'
import styles from '../overview/overview.module.css'
import { performance } from '../queries.ts'
import { Watched } from '../watched.tsx'
import { Capacity } from './capacity.tsx'
import { DatabaseSection } from './database.tsx'
import { HospitalSection } from './hospital.tsx'
import { Optimize } from './optimize.tsx'
import { Step } from './step.tsx'

export function Performance() {
  const queries = useQueryClient()
  const report = useQuery(performance)
  return (
    <>
      <PageTitle
        actions={
          <Act
            variant="default"
            loading={report.isFetching}
            onClick={() => queries.invalidateQueries({ queryKey: ['performance'] })}
          >
            Measure again
          </Act>
        }
      >
        Performance
      </PageTitle>
      <Watched of={report} what="what was measured">
        {({ made, findings, databases, hospital }) => (
          <>
            <Section
              title="Findings"
              actions={
                <span>
                  Measured <Clock at={made} />, <a href="/api/operations/performance?format=pdf">as PDF</a>
                </span>
              }
            >
              <Findings of={findings} />
            </Section>
            {hospital !== undefined && <HospitalSection of={hospital} />}
            {databases.map((database) => (
              <DatabaseSection key={database.database} of={database} />
            ))}
          </>
        )}
      </Watched>
      <Optimize />
      <Capacity />
    </>
  )
}

function Findings({ of: findings }: { readonly of: readonly PerformanceFinding[] }) {
  if (findings.length === 0) return <Empty>Nothing was found that slows anybody down.</Empty>
  return (
    <ol className={styles.list}>
      {findings.map(({ kind, severity, database, about, says, next }) => (
        <li key={`${kind} ${database} ${about}`}>
          <Mark tone={SEVERITY_TONES[severity]}>
            <strong>{SEVERITY_WORDS[severity]}</strong>: {says}
          </Mark>
          <Step says={next} />
        </li>
      ))}
    </ol>
  )
}
