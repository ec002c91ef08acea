import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { OccurrenceSummary, ProcedureSummary } from '../../../src/operations/procedures/terms.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Section } from '../../ui/layout.tsx'
import { Answer, Empty } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { acceptedBefore, overview } from '../procedures/queries.ts'
import { ProcedureLink } from './procedure-link.tsx'

/** Whoever accepted the shift last has it: that is what the hand-over says. */
export function OnDuty() {
  if (!may(useSignedIn(), 'procedures:read')) return null
  return <FromHandover />
}

function FromHandover() {
  const all = useQuery(overview)
  return (
    <Section title="On duty">
      <Answer of={all} what="who is on duty">
        {({ procedures }) => <Duty handover={procedures.find(({ procedure }) => procedure === 'shift-handover')} />}
      </Answer>
    </Section>
  )
}

/** A hand-over that is due takes the shift from nobody: whoever accepted the one before has it until the next is accepted. */
function Duty({ handover }: { readonly handover: ProcedureSummary | undefined }) {
  const newest = handover?.newest
  const isOpen = newest !== undefined && newest.signed === undefined
  const former = useQuery({ ...acceptedBefore(newest?.id ?? ''), enabled: isOpen })
  if (!isOpen) return <Accepted of={newest} next={handover?.next} />
  return (
    <Answer of={former} what="who is on duty">
      {(last) => (
        <>
          <Accepted of={last ?? undefined} next={undefined} />
          <Text mt="xs">
            {newest.handed === undefined ? (
              <>
                The <ProcedureLink id={newest.id}>hand-over</ProcedureLink> that was due <When at={newest.due} /> is not
                done yet.
              </>
            ) : (
              <>
                <strong>{newest.handed.by.name}</strong> has handed over; nobody has{' '}
                <ProcedureLink id={newest.id}>accepted</ProcedureLink> it yet.
              </>
            )}
          </Text>
        </>
      )}
    </Answer>
  )
}

interface AcceptedProps {
  readonly of: OccurrenceSummary | undefined
  readonly next: string | undefined
}

function Accepted({ of: last, next }: AcceptedProps) {
  if (last?.signed !== undefined)
    return (
      <Text>
        <strong>{last.signed.by.name}</strong>, who accepted the <ProcedureLink id={last.id}>hand-over</ProcedureLink>{' '}
        <When at={last.signed.at} />.
      </Text>
    )
  return (
    <Empty>
      Nobody has accepted a hand-over yet.
      {next !== undefined && (
        <>
          {' '}
          The next is due <When at={next} />.
        </>
      )}
    </Empty>
  )
}
