/** Everybody who has an account: a page of them at a time, by user name. */
import { Anchor, Badge, Group, NativeSelect, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { PERSON_STATES, type Person, type PersonState, ROLES } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { may } from '../api/session.ts'
import { useSignedIn } from '../inside.tsx'
import { Act } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { PagedRows } from '../ui/paged.tsx'
import { When } from '../ui/when.tsx'
import { ROLE_NAMES, STATE_NAMES } from '../words.ts'
import { Invite } from './invite.tsx'

const PAGE = 25

export function People() {
  const { state, role } = useSearch({ from: '/inside/people' })
  const navigate = useNavigate()
  const signedIn = useSignedIn()
  const [inviting, setInviting] = useState(false)
  const people = useInfiniteQuery({
    queryKey: ['people', state, role],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) => {
      const query = new URLSearchParams({
        most: String(PAGE),
        ...(state && { state }),
        ...(role && { role }),
        ...(after && { after }),
      })
      return ask<{ users: Person[] }>('GET', `/api/operations/identity/users?${query}`)
    },
    getNextPageParam: ({ users }) => (users.length < PAGE ? undefined : users.at(-1)?.userName.toLowerCase()),
  })
  const filter = (name: 'state' | 'role', value: string) =>
    navigate({ to: '/people', search: { ...(state && { state }), ...(role && { role }), [name]: value || undefined } })
  return (
    <>
      <PageTitle
        actions={
          <Act
            onClick={() => setInviting(true)}
            why={may(signedIn, 'identity:write') ? undefined : 'Only administrators invite people.'}
          >
            Invite somebody
          </Act>
        }
      >
        People
      </PageTitle>
      <Section title="Accounts">
        <Group mb="md">
          <NativeSelect
            label="State"
            value={state ?? ''}
            onChange={(event) => filter('state', event.currentTarget.value)}
            data={[
              { value: '', label: 'Any' },
              ...PERSON_STATES.map((value) => ({ value, label: STATE_NAMES[value] })),
            ]}
          />
          <NativeSelect
            label="Role"
            value={role ?? ''}
            onChange={(event) => filter('role', event.currentTarget.value)}
            data={[{ value: '', label: 'Any' }, ...ROLES.map((value) => ({ value, label: ROLE_NAMES[value] }))]}
          />
        </Group>
        <PagedRows
          query={people}
          what="people"
          caption="People"
          rowsOf={({ users }) => users}
          keyOf={({ id }) => id}
          none="Nobody is like that. Choose another state or role."
          columns={COLUMNS}
        />
      </Section>
      {inviting && <Invite close={() => setInviting(false)} />}
    </>
  )
}

const COLUMNS = [
  {
    title: 'Name',
    show: ({ id, displayName, userName }: Person) => (
      <>
        <Anchor component={Link} to="/people/$id" params={{ id } as never}>
          {displayName}
        </Anchor>
        <Text size="sm" c="dimmed">
          {userName}
        </Text>
      </>
    ),
  },
  { title: 'Roles', show: ({ roles }: Person) => roles.map((role) => ROLE_NAMES[role]).join(', ') },
  { title: 'State', show: ({ state }: Person) => <State state={state} /> },
  { title: 'Last signed in', show: ({ signedIn }: Person) => <When at={signedIn} /> },
]

export function State({ state }: { readonly state: PersonState }) {
  return (
    <Badge
      variant={state === 'active' ? 'filled' : 'outline'}
      color={state === 'active' ? 'clinic' : 'gray'}
      c={state === 'active' ? 'white' : 'var(--mantine-color-text)'}
      tt="none"
    >
      {STATE_NAMES[state]}
    </Badge>
  )
}
