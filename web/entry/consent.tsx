import { Checkbox, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Act } from '../ui/form.tsx'
import { Centred } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { interaction, useDecide } from './interaction.tsx'

/** Which of what a program asks for it gets. */
export function Consent() {
  const { interaction: uid = '' } = useSearch({ from: '/consent' })
  const asked = useQuery(interaction(uid))
  const { decide, error, isPending } = useDecide(uid)
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set())
  const turn = (scope: string) => setRefused(refused.symmetricDifference(new Set([scope])))
  return (
    <Centred title="Give access?">
      <Answer of={asked} what="what is asked for">
        {({ client, scopes }) => {
          const granted = scopes.map(({ scope }) => scope).filter((scope) => !refused.has(scope))
          return (
            <Stack gap="md">
              <Text>
                <strong>{client.name}</strong>
                {client.uri !== undefined && ` (${new URL(client.uri).host})`} wants to act for you. It could:
              </Text>
              <Stack gap="xs" component="fieldset" bd="0" p={0} m={0} aria-label="What it could do">
                {scopes.map(({ scope, says }) => (
                  <Checkbox key={scope} label={says} checked={!refused.has(scope)} onChange={() => turn(scope)} />
                ))}
              </Stack>
              <Text size="sm" c="dimmed">
                It never gets more than you may do yourself, and never your password.
              </Text>
              <Failure error={error} />
              <Act
                loading={isPending}
                onClick={() => decide('consent', { granted })}
                why={granted.length > 0 ? undefined : 'Leave it something, or refuse.'}
              >
                Give access
              </Act>
              <Act variant="default" onClick={() => decide('deny')}>
                Refuse
              </Act>
            </Stack>
          )
        }}
      </Answer>
    </Centred>
  )
}
