/** Who somebody is at the identity providers, linked and unlinked by hand. */
import { Select, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LinkedIdentity, Person, Provider } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { may, useSignedIn } from '../inside.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, textIn } from '../ui/form.tsx'
import { Section } from '../ui/layout.tsx'
import { Answer } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const base = '/api/operations/identity'

export function IdentitiesOf({ person }: { readonly person: Person }) {
  const signedIn = useSignedIn()
  const [linking, setLinking] = useState(false)
  const [unlinking, setUnlinking] = useState<LinkedIdentity>()
  const mayRead = may(signedIn, 'providers:read')
  const providers = useQuery({
    queryKey: ['operations', 'providers'],
    queryFn: () => ask<{ providers: Provider[] }>('GET', `${base}/providers`),
    enabled: mayRead,
  })
  const linked = useQuery({
    queryKey: ['identities', person.id],
    queryFn: () => ask<{ linked: LinkedIdentity[] }>('GET', `${base}/users/${person.id}/identities`),
    enabled: mayRead,
  })
  if (!mayRead) return null
  const cannot = may(signedIn, 'providers:write') ? undefined : 'Only administrators link identities.'
  const own = signedIn.person.id === person.id ? 'You link your own on the page of your account.' : undefined
  const all = providers.data?.providers ?? []
  const none = all.length === 0 ? 'There is no identity provider.' : undefined
  return (
    <Section title="Identity providers">
      <Answer of={linked} what="linked identities">
        {({ linked: those }) => (
          <Rows
            caption="Linked identities"
            rows={those}
            keyOf={({ provider }) => provider}
            none={`${person.displayName} signs in by no identity provider.`}
            columns={[
              { title: 'Provider', show: ({ name }) => name },
              { title: 'Subject there', show: ({ subject }) => <code>{subject}</code> },
              { title: 'Last used', show: ({ used }) => <When at={used} /> },
              {
                title: '',
                show: (one) => (
                  <Act size="xs" variant="default" why={cannot} onClick={() => setUnlinking(one)}>
                    Unlink
                  </Act>
                ),
              },
            ]}
          />
        )}
      </Answer>
      <Act variant="default" mt="md" why={cannot ?? own ?? none} onClick={() => setLinking(true)}>
        Link an identity
      </Act>
      {linking && <Link person={person} providers={all} close={() => setLinking(false)} />}
      {unlinking !== undefined && <Unlink person={person} linked={unlinking} close={() => setUnlinking(undefined)} />}
    </Section>
  )
}

/** Shows what has become of them. */
function useChanged({ id }: Person) {
  const queries = useQueryClient()
  return () =>
    Promise.all(
      [
        ['identities', id],
        ['sessions', id],
      ].map((queryKey) => queries.invalidateQueries({ queryKey })),
    )
}

interface LinkProps {
  readonly person: Person
  readonly providers: readonly Provider[]
  readonly close: () => void
}

function Link({ person, providers, close }: LinkProps) {
  const changed = useChanged(person)
  const [provider, setProvider] = useState<string | null>(providers[0]?.id ?? null)
  return (
    <Dialog title={`Link an identity: ${person.displayName}`} close={close}>
      <Form
        label="Link it"
        send={async (entered) => {
          const given = { user: person.userName, subject: textIn(entered, 'subject') }
          await ask('POST', `${base}/providers/${provider}/identities`, given)
          await changed()
          close()
        }}
      >
        <Text>
          Whoever has that identity there can sign in as {person.displayName}, who is told of it, as security officers
          are.
        </Text>
        <Select
          label="Provider"
          data={providers.map(({ id, name }) => ({ value: id, label: name }))}
          value={provider}
          onChange={setProvider}
          allowDeselect={false}
        />
        <TextInput
          name="subject"
          label="Subject there"
          description="What the provider says in sub: an id, seldom a name"
          required
          withAsterisk={false}
        />
      </Form>
    </Dialog>
  )
}

interface UnlinkProps {
  readonly person: Person
  readonly linked: LinkedIdentity
  readonly close: () => void
}

function Unlink({ person, linked, close }: UnlinkProps) {
  const changed = useChanged(person)
  return (
    <Dialog title={`Unlink ${linked.name}: ${person.displayName}`} close={close}>
      <Form
        label="Unlink it"
        send={async () => {
          await ask('POST', `${base}/providers/${linked.provider}/identities/remove`, { user: person.userName })
          await changed()
          close()
        }}
      >
        <Text>{person.displayName} can’t sign in by it any more, and all their sessions end.</Text>
      </Form>
    </Dialog>
  )
}
