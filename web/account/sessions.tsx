import { Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Session } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { SESSION_COLUMNS } from '../session-columns.tsx'
import { Act } from '../ui/form.tsx'
import { Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'

type Own = Session & { readonly current: boolean }

export function OwnSessions() {
  const queries = useQueryClient()
  const sessions = useQuery({
    queryKey: ['account', 'sessions'],
    queryFn: () => ask<{ sessions: Own[] }>('GET', '/api/account/sessions'),
  })
  const end = useMutation({
    mutationFn: (path: string) => ask('POST', `/api/account/sessions/${path}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['account', 'sessions'] }),
  })
  return (
    <Section title="Where you are signed in">
      <Failure error={end.error} />
      <Answer of={sessions} what="your sessions">
        {({ sessions: all }) => (
          <>
            <Rows
              caption="Your sessions"
              rows={all}
              keyOf={({ id }) => id}
              none="You are signed in nowhere."
              columns={[
                ...SESSION_COLUMNS,
                {
                  title: '',
                  show: ({ id, current }) =>
                    current ? (
                      <Text size="sm">This one</Text>
                    ) : (
                      <Act size="xs" variant="default" onClick={() => end.mutate(`${id}/end`)}>
                        End
                      </Act>
                    ),
                },
              ]}
            />
            <Act
              variant="default"
              mt="md"
              onClick={() => end.mutate('end-others')}
              why={all.length > 1 ? undefined : 'You are signed in only here.'}
            >
              End all others
            </Act>
          </>
        )}
      </Answer>
    </Section>
  )
}
