import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Section } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { Rows } from '../../ui/table.tsx'
import { optimizing } from '../queries.ts'
import styles from './performance.module.css'

/** What `omnicare database optimize` would do. */
export function Optimize() {
  const plan = useQuery(optimizing)
  return (
    <Section title="What would make the databases faster">
      <Answer of={plan} what="what would be done">
        {({ steps, notes }) => (
          <>
            {notes.map((note) => (
              <Text key={note}>{note}</Text>
            ))}
            <Rows
              caption="Steps"
              rows={steps}
              keyOf={({ database, statement }) => `${database} ${statement}`}
              none="Nothing: no measure says that anything is worth doing."
              columns={[
                { title: 'Database', show: ({ database }) => database },
                { title: 'Why', show: ({ because }) => because },
                { title: 'Statement', show: ({ statement }) => <code className={styles.statement}>{statement}</code> },
                { title: 'Holds up', show: ({ holds }) => holds },
              ]}
            />
            {steps.length > 0 && (
              <Text mt="sm">
                <code>omnicare database optimize</code> shows the same; with <code>--apply</code> it is done.
              </Text>
            )}
          </>
        )}
      </Answer>
    </Section>
  )
}
