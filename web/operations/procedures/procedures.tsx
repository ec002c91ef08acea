/** /procedures: what is due now, what is late, and what comes next. */
import { Alert, Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { OccurrenceState, Overview } from '../../../src/operations/procedures/terms.ts'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Answer, Empty } from '../../ui/states.tsx'
import { ROLE_NAMES } from '../../words.ts'
import { At, State } from './marks.tsx'
import styles from './procedures.module.css'
import { overview } from './queries.ts'

type Summary = Overview['procedures'][number]

export function Procedures() {
  const now = useQuery(overview)
  return (
    <>
      <PageTitle
        actions={
          <Anchor component={Link} to="/procedures/history">
            What was done before
          </Anchor>
        }
      >
        Daily procedures
      </PageTitle>
      <Answer of={now} what="procedures">
        {({ procedures, zone }) => (
          <>
            {procedures
              .toSorted((a, b) => rank(a) - rank(b))
              .map((one) => (
                <Procedure key={one.procedure} of={one} zone={zone} />
              ))}
            <Text size="sm" c="dimmed" mt="lg">
              Times are those of the clock in {zone}.
            </Text>
          </>
        )}
      </Answer>
    </>
  )
}

const OPEN: readonly OccurrenceState[] = ['due', 'under-way', 'handed-over']

/** What is to be done comes first, what is late before that. */
const rank = ({ newest, overdueSince }: Summary): number =>
  overdueSince !== undefined ? 0 : newest !== undefined && OPEN.includes(newest.state) ? 1 : 2

const NEXT: Readonly<Record<OccurrenceState, string>> = {
  due: 'Begin',
  'under-way': 'Go on',
  'handed-over': 'Accept it',
  signed: 'Look at it',
  missed: 'Look at it',
}

function Procedure({ of: one, zone }: { readonly of: Summary; readonly zone: string }) {
  const { title, does, owner, times, withinMinutes, newest, next, overdueSince } = one
  return (
    <Section title={title} {...(newest !== undefined && { actions: <State of={newest} /> })}>
      <Text mb="sm">{does}</Text>
      {overdueSince !== undefined && (
        <Alert color="red" variant="outline" c="var(--mantine-color-error)" mb="sm">
          Nobody has done it in time: it is late since <At at={overdueSince} zone={zone} />.
        </Alert>
      )}
      <dl className={styles.facts}>
        <dt>Every day at</dt>
        <dd>
          {times.join(' and ')}, to be done within {withinMinutes} minutes, by the {ROLE_NAMES[owner as 'operator']}
        </dd>
        <dt>Next one</dt>
        <dd>
          <At at={next} zone={zone} />
        </dd>
      </dl>
      {newest === undefined ? (
        <Empty>It has not been due yet.</Empty>
      ) : (
        <Group mt="md" gap="md">
          <Anchor component={Link} to="/procedures/$id" params={{ id: newest.id } as never}>
            {NEXT[newest.state]}: {title.toLowerCase()} of <At at={newest.due} zone={zone} />
          </Anchor>
          <Text size="sm" c="dimmed">
            {newest.answered} of {newest.steps} steps answered
            {newest.problems > 0 && `, ${newest.problems} with a problem`}
          </Text>
        </Group>
      )}
    </Section>
  )
}
