import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Section } from '../../ui/layout.tsx'
import { Answer, Empty } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type ProcedureSummary, procedures } from '../queries.ts'
import { ProcedureLink } from './procedure-link.tsx'

/** Whoever accepted the shift last has it: that is what the hand-over says. */
export function OnDuty() {
  if (!may(useSignedIn(), 'procedures:read')) return null
  return <FromHandover />
}

function FromHandover() {
  const overview = useQuery(procedures)
  return (
    <Section title="On duty">
      <Answer of={overview} what="who is on duty">
        {({ procedures: all }) => <Duty handover={all.find(({ procedure }) => procedure === 'shift-handover')} />}
      </Answer>
    </Section>
  )
}

function Duty({ handover }: { readonly handover: ProcedureSummary | undefined }) {
  const newest = handover?.newest
  if (newest?.signed !== undefined)
    return (
      <Text>
        <strong>{newest.signed.by.name}</strong>, who accepted the{' '}
        <ProcedureLink id={newest.id}>hand-over</ProcedureLink> <When at={newest.signed.at} />.
      </Text>
    )
  if (newest?.handed !== undefined)
    return (
      <Text>
        <strong>{newest.handed.by.name}</strong> has handed over; nobody has{' '}
        <ProcedureLink id={newest.id}>accepted</ProcedureLink> it yet.
      </Text>
    )
  return (
    <Empty>
      Nobody has accepted a hand-over yet
      {handover === undefined ? (
        ''
      ) : (
        <>
          . The next is due <When at={handover.next} />
        </>
      )}
      .
    </Empty>
  )
}
