/** Who somebody is at the identity providers of the hospital. */
import { Group, PasswordInput, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { LinkedIdentity } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { goTo, type ProviderName, refusalOf } from '../entry/by-provider.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, secretIn } from '../ui/form.tsx'
import { Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

interface Identities {
  readonly linked: readonly LinkedIdentity[]
  /** Those where the account has none. */
  readonly others: readonly ProviderName[]
}

interface Intent {
  readonly title: string
  readonly label: string
  readonly says: string
  readonly work: (password: string) => Promise<unknown>
}

const base = '/api/account/identities'

export function Identities() {
  const { refused } = useSearch({ from: '/inside/account' })
  const queries = useQueryClient()
  const [intent, setIntent] = useState<Intent>()
  const identities = useQuery({
    queryKey: ['account', 'identities'],
    queryFn: () => ask<Identities>('GET', base),
  })
  return (
    <Section title="Sign-in by an identity provider">
      <Failure error={refusalOf(refused)} />
      <Answer of={identities} what="your identities">
        {({ linked, others }) => (
          <>
            <Rows
              caption="Linked identities"
              rows={linked}
              keyOf={({ provider }) => provider}
              none="Your account is linked to no identity provider."
              columns={[
                { title: 'Provider', show: ({ name }) => name },
                { title: 'Linked', show: ({ made }) => <When at={made} /> },
                { title: 'Last used', show: ({ used }) => <When at={used} /> },
                {
                  title: '',
                  show: (one) => (
                    <Act size="xs" variant="default" onClick={() => setIntent(unlink(one))}>
                      Unlink
                    </Act>
                  ),
                },
              ]}
            />
            <Group mt="md">
              {others.map((one) => (
                <Act key={one.id} variant="default" onClick={() => setIntent(link(one))}>
                  {`Link ${one.name}`}
                </Act>
              ))}
            </Group>
          </>
        )}
      </Answer>
      {intent !== undefined && (
        <Dialog title={intent.title} close={() => setIntent(undefined)}>
          <Form
            label={intent.label}
            send={async (entered) => {
              await intent.work(secretIn(entered, 'password'))
              setIntent(undefined)
              await queries.invalidateQueries({ queryKey: ['account', 'identities'] })
            }}
          >
            <Text>{intent.says}</Text>
            <PasswordInput
              name="password"
              label="Your password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
            />
          </Form>
        </Dialog>
      )}
    </Section>
  )
}

const link = ({ id, name }: ProviderName): Intent => ({
  title: `Link ${name}`,
  label: 'Go on',
  says: `${name} asks you who you are there. From then on you can sign in by it.`,
  work: (password) => goTo(`${base}/${id}/begin`, { password }),
})

const unlink = ({ provider, name }: LinkedIdentity): Intent => ({
  title: `Unlink ${name}`,
  label: 'Unlink it',
  says: 'You can not sign in by it any more, but with your password or a passkey.',
  work: (password) => ask('DELETE', `${base}/${provider}`, { password }),
})
