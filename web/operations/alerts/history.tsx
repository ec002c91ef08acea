import { useInfiniteQuery } from '@tanstack/react-query'
import type { Alert, AlertHistory } from '../../../src/operations/alerts/terms.ts'
import { ask } from '../../api/ask.ts'
import { Section } from '../../ui/layout.tsx'
import { PagedRows } from '../../ui/paged.tsx'
import { When } from '../../ui/when.tsx'
import { Mark } from '../mark.tsx'
import { seconds } from '../numbers.ts'
import { labelsOf, SEVERITY_TONES, SEVERITY_WORDS } from './words.ts'

/** What is over, the newest first. */
export function History() {
  const history = useInfiniteQuery({
    queryKey: ['alerts', 'history'],
    initialPageParam: '',
    queryFn: ({ pageParam: before }) =>
      ask<AlertHistory>(
        'GET',
        `/api/operations/alerts/history?${new URLSearchParams(before === '' ? {} : { before })}`,
      ),
    getNextPageParam: ({ next }) => next,
  })
  return (
    <Section title="Over">
      <PagedRows
        query={history}
        what="what is over"
        more="Show earlier ones"
        caption="Alerts that are over"
        rowsOf={({ alerts }) => alerts}
        keyOf={({ id }) => id}
        none="No alert is over yet."
        columns={COLUMNS}
      />
    </Section>
  )
}

const COLUMNS = [
  {
    title: 'Alert',
    show: ({ severity, summary }: Alert) => (
      <Mark tone={SEVERITY_TONES[severity]}>
        {SEVERITY_WORDS[severity]}: {summary}
      </Mark>
    ),
  },
  { title: 'Labels', show: ({ name, labels }: Alert) => labelsOf({ alertname: name, ...labels }) },
  { title: 'Began', show: ({ since }: Alert) => <When at={since} /> },
  {
    title: 'Fired for',
    show: ({ fired, resolved }: Alert) =>
      fired === undefined || resolved === undefined
        ? 'never'
        : seconds((Date.parse(resolved) - Date.parse(fired)) / 1000),
  },
  { title: 'Seen by', show: ({ acknowledged }: Alert) => acknowledged?.by ?? 'nobody' },
]
