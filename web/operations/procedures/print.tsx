/** /procedures/$id/print: one of them as a sheet of paper, with room for signatures. */
import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type Occurrence, STATE_WORDS } from '../../../src/operations/procedures/terms.ts'
import { Act } from '../../ui/form.tsx'
import { PageTitle } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { At, Finding, zoneIn } from './marks.tsx'
import styles from './procedures.module.css'
import { occurrence, pdfOf } from './queries.ts'
import { AnswerLine, EventList } from './written.tsx'

export function ProcedurePrint() {
  const { id } = useParams({ from: '/inside/procedures/$id/print' })
  const one = useQuery({ ...occurrence(id), refetchInterval: false })
  return (
    <Answer of={one} what="the procedure">
      {(known) => (
        <article className={styles.sheet}>
          <PageTitle>{known.title}</PageTitle>
          <Group className={styles.unprinted ?? ''} mb="lg">
            <Act onClick={() => window.print()}>Print this page</Act>
            <Anchor href={pdfOf(id)} download>
              As PDF
            </Anchor>
            <Anchor component={Link} to="/procedures/$id" params={{ id } as never}>
              Back
            </Anchor>
          </Group>
          <Head of={known} />
          {known.plan.map((step, at) => (
            <section key={step.name}>
              <h2>
                {at + 1}. {step.title}
              </h2>
              <p>{step.does}</p>
              {known.findings?.all
                .filter(({ name }) => step.findings.includes(name))
                .map((finding) => (
                  <Finding key={finding.name} of={finding} whole />
                ))}
              <AnswerLine title="Answer" answer={known.answers.find((answer) => answer.step === step.name)} />
            </section>
          ))}
          <section>
            <h2>What was done</h2>
            <EventList of={known} />
          </section>
          <div className={styles.signatures}>
            <span>{known.takesTwo ? 'Handed over' : 'Signed'}</span>
            <span>{known.takesTwo ? 'Accepted' : 'Seen'}</span>
          </div>
        </article>
      )}
    </Answer>
  )
}

function Head({ of: known }: { readonly of: Occurrence }) {
  const { due, clock, state, started, handed, signed, answered, steps, problems } = known
  const zone = zoneIn(clock)
  return (
    <>
      <Text>
        Due <At at={due} zone={zone} />, on the clock in {zone}. {STATE_WORDS[state]}; {answered} of {steps} steps
        answered, {problems === 0 ? 'none' : problems} with a problem.
      </Text>
      {started !== undefined && (
        <Text>
          Started <At at={started.at} zone={zone} /> by {started.by.name}.
        </Text>
      )}
      {handed !== undefined && (
        <Text>
          Handed over <At at={handed.at} zone={zone} /> by {handed.by.name}.
        </Text>
      )}
      {signed !== undefined && (
        <Text>
          {handed === undefined ? 'Signed' : 'Accepted'} <At at={signed.at} zone={zone} /> by {signed.by.name}.
        </Text>
      )}
    </>
  )
}
