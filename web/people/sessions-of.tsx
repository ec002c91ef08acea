import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Person, Session } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { may } from '../api/session.ts'
import { useSignedIn } from '../inside.tsx'
import { SESSION_COLUMNS } from '../session-columns.tsx'
import { Act } from '../ui/form.tsx'
import { Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'

const base = '/api/operations/identity'

export function SessionsOf({ person }: { readonly person: Person }) {
  const queries = useQueryClient()
  const cannot = may(useSignedIn(), 'sessions:end') ? undefined : 'You may not end the sessions of others.'
  const sessions = useQuery({
    queryKey: ['sessions', person.id],
    queryFn: () => ask<{ sessions: Session[] }>('GET', `${base}/sessions?user=${person.id}`),
  })
  const end = useMutation({
    mutationFn: (path: string) => ask('POST', `${base}/${path}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions', person.id] }),
  })
  return (
    <Section title="Where they are signed in">
      <Failure error={end.error} />
      <Answer of={sessions} what="sessions">
        {({ sessions: all }) => (
          <>
            <Rows
              caption="Sessions"
              rows={all}
              keyOf={({ id }) => id}
              none="Nowhere."
              columns={[
                ...SESSION_COLUMNS,
                {
                  title: '',
                  show: ({ id }) => (
                    <Act size="xs" variant="default" why={cannot} onClick={() => end.mutate(`sessions/${id}/end`)}>
                      End
                    </Act>
                  ),
                },
              ]}
            />
            <Act
              variant="default"
              mt="md"
              onClick={() => end.mutate(`users/${person.id}/end-sessions`)}
              why={cannot ?? (all.length > 0 ? undefined : 'There is no session to end.')}
            >
              End all sessions
            </Act>
          </>
        )}
      </Answer>
    </Section>
  )
}
