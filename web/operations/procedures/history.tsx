/** /procedures/history: what was signed by whom, and what was missed. */
import { Anchor, Group, NativeSelect } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import {
  OCCURRENCE_STATES,
  type OccurrenceSummary,
  PROCEDURES,
  type ProcedureName,
  STATE_WORDS,
} from '../../../src/operations/procedures/terms.ts'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { PagedRows } from '../../ui/paged.tsx'
import { At, State, zoneIn } from './marks.tsx'
import { HISTORY_PAGE, historyPage } from './queries.ts'

const NAMES: Readonly<Record<ProcedureName, string>> = {
  'morning-check': 'Morning health check',
  'shift-handover': 'Shift hand-over',
  'end-of-day': 'End of day',
}

export function ProcedureHistory() {
  const { procedure, state } = useSearch({ from: '/inside/procedures/history' })
  const navigate = useNavigate()
  const past = useInfiniteQuery({
    queryKey: ['procedures', 'history', procedure, state],
    initialPageParam: '',
    queryFn: ({ pageParam }) => historyPage({ procedure, state }, pageParam),
    getNextPageParam: ({ history }) => (history.length < HISTORY_PAGE ? undefined : history.at(-1)?.due),
  })
  const filter = (name: 'procedure' | 'state', value: string) =>
    navigate({
      to: '/procedures/history',
      search: { ...(procedure && { procedure }), ...(state && { state }), [name]: value || undefined },
    })
  return (
    <>
      <PageTitle
        actions={
          <Anchor component={Link} to="/procedures">
            What is due now
          </Anchor>
        }
      >
        Procedures that were due
      </PageTitle>
      <Section title="History">
        <Group mb="md">
          <NativeSelect
            label="Procedure"
            value={procedure ?? ''}
            onChange={(event) => filter('procedure', event.currentTarget.value)}
            data={[{ value: '', label: 'Any' }, ...PROCEDURES.map((value) => ({ value, label: NAMES[value] }))]}
          />
          <NativeSelect
            label="State"
            value={state ?? ''}
            onChange={(event) => filter('state', event.currentTarget.value)}
            data={[
              { value: '', label: 'Any' },
              ...OCCURRENCE_STATES.map((value) => ({ value, label: STATE_WORDS[value] })),
            ]}
          />
        </Group>
        <PagedRows
          query={past}
          what="what was due"
          caption="Procedures"
          rowsOf={({ history }) => history}
          keyOf={({ id }) => id}
          none="Nothing like that was due yet."
          columns={COLUMNS}
        />
      </Section>
    </>
  )
}

const COLUMNS = [
  {
    title: 'Procedure',
    show: ({ id, title }: OccurrenceSummary) => (
      <Anchor component={Link} to="/procedures/$id" params={{ id } as never}>
        {title}
      </Anchor>
    ),
  },
  { title: 'Due', show: ({ due, clock }: OccurrenceSummary) => <At at={due} zone={zoneIn(clock)} /> },
  { title: 'State', show: (one: OccurrenceSummary) => <State of={one} /> },
  {
    title: 'Steps',
    show: ({ answered, steps, problems }: OccurrenceSummary) =>
      `${answered} of ${steps}${problems > 0 ? `, ${problems} with a problem` : ''}`,
  },
  {
    title: 'By',
    show: ({ handed, signed, started }: OccurrenceSummary) =>
      handed !== undefined
        ? `${handed.by.name} to ${signed?.by.name ?? 'nobody yet'}`
        : (signed?.by.name ?? started?.by.name ?? 'nobody'),
  },
]
