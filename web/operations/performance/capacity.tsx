import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Recommendation, Resource } from '../../../src/operations/capacity/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { Rows } from '../../ui/table.tsx'
import { Mark, type Tone } from '../mark.tsx'
import { bytes, count } from '../numbers.ts'
import { capacity } from '../queries.ts'

const RESOURCE_WORDS: Readonly<Record<Resource, string>> = {
  processes: 'Processes of the hospital',
  connections: 'Connections to a database',
  memory: 'Memory',
  disk: 'Disk',
}

const VERDICTS: Readonly<Record<Recommendation['verdict'], { readonly tone: Tone; readonly says: string }>> = {
  enough: { tone: 'well', says: 'Enough' },
  soon: { tone: 'care', says: 'Soon too little' },
  grow: { tone: 'bad', says: 'Too little' },
  less: { tone: 'well', says: 'More than is needed' },
}

const amount = (value: number, unit: Recommendation['unit']) => (unit === 'bytes' ? bytes(value) : count(value))

export function Capacity() {
  const report = useQuery(capacity)
  return (
    <Section title="Capacity">
      <Answer of={report} what="the capacity">
        {({ recommendations, trendDays }) => (
          <>
            <Text mb="sm">
              {trendDays === 0
                ? 'There are no samples yet to read a trend from.'
                : `The trend is read from ${count(trendDays)} days of samples.`}
            </Text>
            <Rows
              caption="Capacity"
              rows={recommendations}
              keyOf={({ resource, because }) => `${resource} ${because}`}
              none="Nothing could be measured."
              columns={COLUMNS}
            />
          </>
        )}
      </Answer>
    </Section>
  )
}

const COLUMNS = [
  { title: 'Of', show: ({ resource }: Recommendation) => RESOURCE_WORDS[resource] },
  {
    title: 'Verdict',
    show: ({ verdict }: Recommendation) => <Mark tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].says}</Mark>,
  },
  { title: 'Now', show: ({ now, unit }: Recommendation) => amount(now, unit) },
  { title: 'Recommended', show: ({ recommended, unit }: Recommendation) => amount(recommended, unit) },
  {
    title: 'Lasts',
    show: ({ daysLeft }: Recommendation) => (daysLeft === undefined ? 'does not grow' : `${count(daysLeft)} days`),
  },
  { title: 'Why', show: ({ because }: Recommendation) => because },
  { title: 'Next', show: ({ next }: Recommendation) => next },
]
