/** Going through the steps: one at a time, what was found above, the answer below; then the end. */
import { Stack, Text, Textarea, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import {
  ANSWER_WORDS,
  ANSWERS,
  type Answer,
  needsNote,
  type Occurrence,
  refusalOf,
  type Step,
} from '../../../src/operations/procedures/terms.ts'
import { Act, Form, textIn } from '../../ui/form.tsx'
import { Section } from '../../ui/layout.tsx'
import { Failure } from '../../ui/states.tsx'
import { At, Finding, zoneIn } from './marks.tsx'
import styles from './procedures.module.css'
import { useActing } from './queries.ts'
import { useRights } from './rights.ts'
import { AnswerLine } from './written.tsx'

const END = 'end'

/** The first that nobody has answered; the end when all are. */
const nextOf = ({ plan, answers }: Occurrence, after = -1): string => {
  const open = (step: Step) => !answers.some((one) => one.step === step.name)
  return (plan.slice(after + 1).find(open) ?? plan.find(open))?.name ?? END
}

export function Doing({ of: known, step }: { readonly of: Occurrence; readonly step: string | undefined }) {
  const { plan } = known
  const name = step ?? nextOf(known)
  const at = plan.findIndex((one) => one.name === name)
  const current = plan[at]
  return (
    <Section title="Steps">
      <div className={styles.doing}>
        <nav aria-label="Steps">
          <ol className={styles.steps}>
            {plan.map((one, index) => (
              <StepLink key={one.name} of={known} name={one.name} isCurrent={one === current}>
                {`${index + 1}. ${one.title}`}
              </StepLink>
            ))}
            <StepLink of={known} name={END} isCurrent={current === undefined}>
              {known.takesTwo ? 'Hand over' : 'Sign'}
            </StepLink>
          </ol>
        </nav>
        {current === undefined ? (
          <End of={known} />
        ) : (
          <OneStep key={current.name} of={known} step={current} at={at} moved={step !== undefined} />
        )}
      </div>
    </Section>
  )
}

interface StepLinkProps {
  readonly of: Occurrence
  readonly name: string
  readonly isCurrent: boolean
  readonly children: string
}

function StepLink({ of: { id, answers }, name, isCurrent, children }: StepLinkProps) {
  const answer = answers.find(({ step }) => step === name)
  return (
    <li>
      <Link
        to="/procedures/$id"
        params={{ id } as never}
        search={{ step: name } as never}
        activeProps={{}}
        aria-current={isCurrent ? 'step' : undefined}
        resetScroll={false}
      >
        {children}
        {answer !== undefined && <span className={styles.answered}>{ANSWER_WORDS[answer.answer]}</span>}
      </Link>
    </li>
  )
}

interface OneStepProps {
  readonly of: Occurrence
  readonly step: Step
  readonly at: number
  /** Whether somebody came here from another step: then they go on reading at its heading. */
  readonly moved: boolean
}

function OneStep({ of: known, step, at, moved }: OneStepProps) {
  const { id, plan, answers, findings, clock } = known
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (moved) heading.current?.focus()
  }, [moved])
  const group = useId()
  const navigate = useNavigate()
  const acting = useActing(id)
  const { person, cannot } = useRights()
  const given = answers.find((one) => one.step === step.name)
  const [answer, setAnswer] = useState<Answer | undefined>(given?.answer)
  const told = findings?.all.filter(({ name }) => step.findings.includes(name)) ?? []
  const isNoteNeeded = answer !== undefined && needsNote(answer, told)
  const why =
    cannot ?? refusalOf('answer', known, person) ?? (answer === undefined ? 'Choose an answer first.' : undefined)
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" c="dimmed">
          Step {at + 1} of {plan.length}
        </Text>
        <Title order={3} size="h4" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {step.title}
        </Title>
      </div>
      <Text>{step.does}</Text>
      {told.map((finding) => (
        <Finding key={finding.name} of={finding} />
      ))}
      {findings !== undefined && (
        <LookAgain of={known}>
          <Text size="sm" c="dimmed">
            Found out <At at={findings.at} zone={zoneIn(clock)} />
          </Text>
        </LookAgain>
      )}
      <Form
        label={given === undefined ? 'Answer, and go on' : 'Answer anew, and go on'}
        why={why}
        send={async (entered) => {
          const done = await acting(`steps/${step.name}`, { answer, note: textIn(entered, 'note') })
          await navigate({
            to: '/procedures/$id',
            params: { id } as never,
            search: { step: nextOf(done, at) } as never,
            resetScroll: false,
          })
        }}
      >
        <fieldset className={styles.choices}>
          <legend>Your answer</legend>
          {ANSWERS.map((one) => (
            <label key={one} className={styles.choice}>
              <input type="radio" name={group} checked={answer === one} onChange={() => setAnswer(one)} />
              {ANSWER_WORDS[one]}
            </label>
          ))}
        </fieldset>
        <Textarea
          name="note"
          label={isNoteNeeded ? 'Note: what was found, and what is done about it' : 'Note'}
          description="No names of patients."
          defaultValue={given?.note ?? ''}
          autosize
          minRows={3}
          maxLength={4_000}
          required={isNoteNeeded}
          withAsterisk={false}
        />
      </Form>
      {step.commands !== undefined && (
        <Text size="sm" c="dimmed">
          To see more: <code>omnicare {step.commands.join(', omnicare ')}</code>
        </Text>
      )}
    </Stack>
  )
}

function LookAgain({ of: known, children }: { readonly of: Occurrence; readonly children: React.ReactNode }) {
  const acting = useActing(known.id)
  const { cannot } = useRights()
  const look = useMutation({ mutationFn: () => acting('look') })
  return (
    <Stack gap={4} align="flex-start">
      {children}
      <Failure error={look.error} />
      {cannot === undefined && (
        <Act size="xs" variant="default" loading={look.isPending} onClick={() => !look.isPending && look.mutate()}>
          Find out again
        </Act>
      )}
    </Stack>
  )
}

function End({ of: known }: { readonly of: Occurrence }) {
  const { id, plan, answers, takesTwo } = known
  const acting = useActing(id)
  const { person, cannot } = useRights()
  const act = takesTwo ? 'hand-over' : 'sign'
  return (
    <Stack gap="md">
      <Title order={3} size="h4">
        {takesTwo ? 'Hand over' : 'Sign'}
      </Title>
      <ul className={styles.history}>
        {plan.map((step) => (
          <li key={step.name}>
            <AnswerLine title={step.title} answer={answers.find((one) => one.step === step.name)} />
          </li>
        ))}
      </ul>
      <Form
        label={takesTwo ? 'Hand over' : 'Sign'}
        why={cannot ?? refusalOf(act, known, person)}
        send={(entered) => acting(act, { note: textIn(entered, 'note') })}
      >
        <Textarea
          name="note"
          label={takesTwo ? 'What the next shift has to know' : 'Note, if there is one'}
          description={
            takesTwo
              ? 'What is not finished, who is at it, what they wait for. No names of patients.'
              : 'No names of patients.'
          }
          autosize
          minRows={3}
          maxLength={4_000}
        />
        <Text size="sm" c="dimmed">
          {takesTwo ? 'Another person accepts it.' : 'What is signed can’t be changed any more; notes can be added.'}
        </Text>
      </Form>
    </Stack>
  )
}
