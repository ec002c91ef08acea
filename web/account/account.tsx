/** Everybody's own account. What opens it is changed with the password at hand only. */
import { PasswordInput, SegmentedControl, Text, TextInput, useMantineColorScheme } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { session } from '../api/session.ts'
import { ChoosePassword } from '../entry/choose-password.tsx'
import { Form, secretIn, textIn } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { Answer } from '../ui/states.tsx'
import { Factors } from './factors.tsx'
import { Identities } from './identities.tsx'
import { OwnSessions } from './sessions.tsx'

export function Account() {
  const account = useQuery({ queryKey: ['account'], queryFn: () => ask<Person>('GET', '/api/account') })
  const queries = useQueryClient()
  return (
    <>
      <PageTitle>Your account</PageTitle>
      <Answer of={account} what="your account">
        {(person) => (
          <>
            <Profile person={person} />
            <Section title="Password">
              <ChoosePassword
                known
                choose={async (password, current) => {
                  await ask('POST', '/api/account/password', { current, password })
                  await queries.invalidateQueries()
                }}
              />
            </Section>
            <Factors person={person} />
            <Identities />
          </>
        )}
      </Answer>
      <OwnSessions />
      <Colours />
    </>
  )
}

function Profile({ person }: { readonly person: Person }) {
  const queries = useQueryClient()
  const [email, setEmail] = useState(person.email ?? '')
  const moves = email.trim() !== (person.email ?? '')
  return (
    <Section title="Profile">
      <Form
        label="Save"
        done="Saved."
        send={async (entered) => {
          const given = {
            displayName: textIn(entered, 'displayName'),
            email: textIn(entered, 'email'),
            ...(moves && { password: secretIn(entered, 'password') }),
          }
          queries.setQueryData(['account'], await ask<Person>('PATCH', '/api/account', given))
          setEmail(given.email)
          await queries.invalidateQueries({ queryKey: session.queryKey })
        }}
      >
        <Text size="sm" c="dimmed">
          Your user name is {person.userName}.
        </Text>
        <TextInput
          name="displayName"
          label="Name"
          autoComplete="name"
          defaultValue={person.displayName}
          required
          withAsterisk={false}
        />
        <TextInput
          name="email"
          type="email"
          label="Email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {moves && (
          <PasswordInput
            name="password"
            label="Your password"
            description="Links to choose another password are mailed to this address."
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
          />
        )}
      </Form>
    </Section>
  )
}

function Colours() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="Colours">
      <SegmentedControl
        aria-label="Colours"
        value={colorScheme}
        onChange={setColorScheme}
        data={[
          { value: 'auto', label: 'As the device' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </Section>
  )
}
