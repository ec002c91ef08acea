/** What was found, answered and done, as it is written down. */
import { Stack, Text } from '@mantine/core'
import {
  ANSWER_WORDS,
  EVENT_WORDS,
  type Occurrence,
  type OccurrenceEvent,
  type Step,
  type StepAnswer,
} from '../../../src/operations/procedures/terms.ts'
import { Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { At, Finding, zoneIn } from './marks.tsx'
import styles from './procedures.module.css'

/** Every step with what was found for it, and its answer. */
export function AsItWas({ of: known }: { readonly of: Occurrence }) {
  const { plan, answers, findings } = known
  return (
    <Section title="Steps">
      <Stack gap="xl">
        {plan.map((step) => (
          <Stack key={step.name} gap="sm">
            <AnswerLine title={step.title} answer={answers.find((one) => one.step === step.name)} />
            {findings?.all
              .filter(({ name }) => step.findings.includes(name))
              .map((finding) => (
                <Finding key={finding.name} of={finding} />
              ))}
          </Stack>
        ))}
      </Stack>
    </Section>
  )
}

export function AnswerLine({ title, answer }: { readonly title: string; readonly answer: StepAnswer | undefined }) {
  return (
    <div>
      <strong>{title}</strong>:{' '}
      {answer === undefined ? 'not answered' : `${ANSWER_WORDS[answer.answer].toLowerCase()} (${answer.by.name})`}
      {answer !== undefined && answer.note !== '' && <p className={styles.note}>{answer.note}</p>}
    </div>
  )
}

export function Events({ of: known }: { readonly of: Occurrence }) {
  return (
    <Section title="What was done">
      {known.events.length === 0 ? <Empty>Nothing was done yet.</Empty> : <EventList of={known} />}
    </Section>
  )
}

export function EventList({ of: { events, clock, plan } }: { readonly of: Occurrence }) {
  return (
    <ol className={styles.history}>
      {events.map((event) => (
        <li key={`${event.at} ${event.what} ${event.step ?? ''} ${event.note ?? ''}`}>
          <At at={event.at} zone={zoneIn(clock)} /> <EventWords of={event} plan={plan} />
        </li>
      ))}
    </ol>
  )
}

function EventWords({ of: event, plan }: { readonly of: OccurrenceEvent; readonly plan: readonly Step[] }) {
  const { what, by, step, answer, note = '', looks, unknowns } = event
  const title = plan.find(({ name }) => name === step)?.title
  return (
    <>
      {by === undefined ? 'OmniCare' : by.name}: {EVENT_WORDS[what]}
      {title !== undefined && ` “${title}”`}
      {answer !== undefined && `: ${ANSWER_WORDS[answer].toLowerCase()}`}
      {looks !== undefined && `: ${looks} to look at, ${unknowns} not known`}
      {note !== '' && (
        <Text component="span" className={styles.note ?? ''} display="block">
          {note}
        </Text>
      )}
    </>
  )
}
