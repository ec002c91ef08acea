/** /procedures/$id: one of them, to be done step by step, or as it was done. */
import { Anchor, Group, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { type Occurrence, refusalOf } from '../../../src/operations/procedures/terms.ts'
import { Act, Form, textIn } from '../../ui/form.tsx'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Answer, Failure } from '../../ui/states.tsx'
import { ROLE_NAMES } from '../../words.ts'
import { Doing } from './doing.tsx'
import { At, State, zoneIn } from './marks.tsx'
import styles from './procedures.module.css'
import { occurrence, pdfOf, useActing } from './queries.ts'
import { useRights } from './rights.ts'
import { AsItWas, Events } from './written.tsx'

export function ProcedurePage() {
  const { id } = useParams({ from: '/inside/procedures/$id' })
  const { step } = useSearch({ from: '/inside/procedures/$id' })
  const one = useQuery(occurrence(id))
  return (
    <Answer of={one} what="the procedure">
      {(known) => (
        <>
          <PageTitle actions={<Papers id={known.id} />}>{known.title}</PageTitle>
          <Standing of={known} />
          {known.state === 'due' && <Begin of={known} />}
          {known.state === 'handed-over' && <Accept of={known} />}
          {known.state === 'under-way' ? <Doing of={known} step={step} /> : <AsItWas of={known} />}
          <Events of={known} />
          <AddNote of={known} />
        </>
      )}
    </Answer>
  )
}

function Papers({ id }: { readonly id: string }) {
  return (
    <Group gap="md">
      <Anchor component={Link} to="/procedures/$id/print" params={{ id } as never}>
        Print
      </Anchor>
      <Anchor href={pdfOf(id)} download>
        PDF
      </Anchor>
    </Group>
  )
}

function Standing({ of: known }: { readonly of: Occurrence }) {
  const { does, due, late, clock, owner, started, handed, signed, missed, takesTwo } = known
  const zone = zoneIn(clock)
  const doings = [
    ['Started', started],
    ['Handed over', handed],
    [takesTwo ? 'Accepted' : 'Signed', signed],
  ] as const
  return (
    <Section title={does} actions={<State of={known} />}>
      <dl className={styles.facts}>
        <dt>Due</dt>
        <dd>
          <At at={due} zone={zone} />, on the clock in {zone}
        </dd>
        <dt>To be done by</dt>
        <dd>
          <At at={late} zone={zone} />, by the {ROLE_NAMES[owner as 'operator']}
        </dd>
        {doings.map(
          ([name, done]) =>
            done !== undefined && (
              <div key={name} className={styles.pair}>
                <dt>{name}</dt>
                <dd>
                  <At at={done.at} zone={zone} /> by {done.by.name}
                </dd>
              </div>
            ),
        )}
        {missed !== undefined && (
          <>
            <dt>Missed</dt>
            <dd>
              <At at={missed} zone={zone} />: nobody finished it before the next one was due
            </dd>
          </>
        )}
      </dl>
    </Section>
  )
}

function Begin({ of: known }: { readonly of: Occurrence }) {
  const acting = useActing(known.id)
  const { person, cannot } = useRights()
  const begin = useMutation({ mutationFn: () => acting('start') })
  return (
    <Section title="Begin">
      <Text mb="md">What the machine can find out is found out anew; then you go through {known.steps} steps.</Text>
      <Failure error={begin.error} />
      <Act
        loading={begin.isPending}
        why={cannot ?? refusalOf('start', known, person)}
        onClick={() => !begin.isPending && begin.mutate()}
      >
        Start
      </Act>
    </Section>
  )
}

function Accept({ of: known }: { readonly of: Occurrence }) {
  const acting = useActing(known.id)
  const { person, cannot } = useRights()
  const told = known.events.findLast(({ what }) => what === 'handed-over')
  return (
    <Section title="Accept the shift">
      <Text mb="sm">
        {known.handed?.by.name} has handed over. Read what follows, ask what you want to know, and take it.
      </Text>
      {told?.note !== undefined && told.note !== '' && (
        <Text component="blockquote" className={styles.note ?? ''} mb="md">
          {told.note}
        </Text>
      )}
      <Form
        label="Accept"
        why={cannot ?? refusalOf('accept', known, person)}
        send={(entered) => acting('accept', { note: textIn(entered, 'note') })}
      >
        <Textarea name="note" label="Note, if there is one" autosize minRows={2} maxLength={4_000} />
      </Form>
    </Section>
  )
}

function AddNote({ of: known }: { readonly of: Occurrence }) {
  const acting = useActing(known.id)
  const { cannot } = useRights()
  return (
    <Section title="Add a note">
      {/* Anew for each note: the field is empty again. */}
      <Form
        key={known.events.length}
        label="Add it"
        why={cannot}
        send={(entered) => acting('note', { note: textIn(entered, 'note') })}
      >
        <Textarea
          name="note"
          label="Note"
          description="Also when it is over. No names of patients."
          autosize
          minRows={2}
          maxLength={4_000}
          required
          withAsterisk={false}
        />
      </Form>
    </Section>
  )
}
