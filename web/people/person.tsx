/** One account, and what may be done to it. */
import { Group, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type AccountChange, type Person, type Role, refusalOf } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { may, useSignedIn } from '../inside.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, textIn } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { Answer } from '../ui/states.tsx'
import { When } from '../ui/when.tsx'
import { IdentitiesOf } from './identities-of.tsx'
import { type LinkMade, OneTimeLink } from './one-time-link.tsx'
import styles from './people.module.css'
import { State } from './people.tsx'
import { RoleChoice } from './role-choice.tsx'
import { SessionsOf } from './sessions-of.tsx'

const ONLY_READS = 'Only administrators change accounts.'

/** What is done after asking once more. `path` below the account. */
interface Deed {
  readonly path: string
  readonly label: string
  readonly change: AccountChange
  readonly says: (name: string) => string
}

const DEEDS: readonly Deed[] = [
  {
    path: 'invite',
    label: 'New invitation link',
    change: 'invite',
    says: (name) => `The link that ${name} has been given before stops working.`,
  },
  {
    path: 'reset',
    label: 'Link for a new password',
    change: 'reset',
    says: (name) => `Hand the link over to ${name} yourself: make sure that it is them who ask.`,
  },
  {
    path: 'remove-factors',
    label: 'Remove second factors',
    change: 'reset',
    says: (name) =>
      `For when ${name} has lost their phone or key. They set up another one when they sign in next; all their sessions end.`,
  },
  {
    path: 'suspend',
    label: 'Suspend',
    change: 'suspend',
    says: (name) => `${name} is signed out everywhere within a minute and can’t sign in until they are reinstated.`,
  },
  { path: 'reinstate', label: 'Reinstate', change: 'reinstate', says: (name) => `${name} can sign in again.` },
  {
    path: 'end',
    label: 'End for good',
    change: 'end',
    says: (name) =>
      `${name} is signed out everywhere within a minute, and never gets in again. This can’t be undone; the user name stays taken.`,
  },
]

const base = '/api/operations/identity/users'

export function PersonPage() {
  const { id } = useParams({ from: '/inside/people/$id' })
  const person = useQuery({ queryKey: ['person', id], queryFn: () => ask<Person>('GET', `${base}/${id}`) })
  return (
    <Answer of={person} what="the account">
      {(known) => (
        <>
          <PageTitle>{known.displayName}</PageTitle>
          <Profile key={known.displayName + known.email} person={known} />
          <Roles key={known.roles.join()} person={known} />
          <Deeds person={known} />
          <IdentitiesOf person={known} />
          <SessionsOf person={known} />
        </>
      )}
    </Answer>
  )
}

function useMayWrite(person: Person): string | undefined {
  return may(useSignedIn(), 'identity:write') ? refusalOf('change', person.state) : ONLY_READS
}

/** Shows what has become of the account. */
function useChanged(id: string) {
  const queries = useQueryClient()
  return () =>
    Promise.all(
      [['person', id], ['people'], ['sessions', id]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    )
}

function Profile({ person }: { readonly person: Person }) {
  const changed = useChanged(person.id)
  return (
    <Section title="Profile" actions={<State state={person.state} />}>
      <Text size="sm" c="dimmed" mb="md">
        User name {person.userName}. Made <When at={person.made} />, last signed in <When at={person.signedIn} />.
        Second factors:{' '}
        {[person.totp && 'app', person.passkeys > 0 && `${person.passkeys} passkeys`].filter(Boolean).join(', ') ||
          'none'}
        .
      </Text>
      <Form
        label="Save"
        done="Saved."
        why={useMayWrite(person)}
        send={async (entered) => {
          const details = Object.fromEntries(
            ['displayName', 'email', 'fhir'].map((name) => [name, textIn(entered, name)]),
          )
          await ask('PATCH', `${base}/${person.id}`, details)
          await changed()
        }}
      >
        <TextInput name="displayName" label="Name" defaultValue={person.displayName} required withAsterisk={false} />
        <TextInput name="email" type="email" label="Email" defaultValue={person.email ?? ''} />
        <TextInput
          name="fhir"
          label="Who they are in the record"
          description="As in Practitioner/7 or Patient/7"
          defaultValue={person.fhir ?? ''}
        />
      </Form>
    </Section>
  )
}

function Roles({ person }: { readonly person: Person }) {
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  const changed = useChanged(person.id)
  const cannot = useMayWrite(person)
  const same = roles.join() === person.roles.join()
  const why =
    cannot ?? (roles.length === 0 ? 'Choose at least one role.' : same ? 'Nothing is changed yet.' : undefined)
  return (
    <Section title="Roles">
      <Form
        label="Give these roles"
        why={why}
        send={async () => {
          await ask('POST', `${base}/${person.id}/roles`, { roles })
          await changed()
        }}
      >
        <RoleChoice chosen={roles} choose={setRoles} />
        <Text size="sm" c="dimmed">
          Other roles end all sessions: what was begun with the former rights is not finished with these.
        </Text>
      </Form>
    </Section>
  )
}

function Deeds({ person }: { readonly person: Person }) {
  const [deed, setDeed] = useState<Deed>()
  const [link, setLink] = useState<LinkMade>()
  const changed = useChanged(person.id)
  const mayWrite = may(useSignedIn(), 'identity:write')
  return (
    <Section title="Getting in">
      <div className={styles.actions}>
        {DEEDS.map((one) => (
          <Act
            key={one.path}
            variant="default"
            onClick={() => setDeed(one)}
            why={mayWrite ? refusalOf(one.change, person.state) : ONLY_READS}
          >
            {one.label}
          </Act>
        ))}
      </div>
      {deed !== undefined && (
        <Dialog title={`${deed.label}: ${person.displayName}`} close={() => setDeed(undefined)}>
          <Form
            label={deed.label}
            send={async () => {
              const answer = await ask<Partial<LinkMade>>('POST', `${base}/${person.id}/${deed.path}`)
              setDeed(undefined)
              const { secret, expires, mailed = false } = answer
              if (secret !== undefined && expires !== undefined) setLink({ secret, expires, mailed })
              await changed()
            }}
          >
            <Text>{deed.says(person.displayName)}</Text>
          </Form>
        </Dialog>
      )}
      {link !== undefined && (
        <Dialog title="The link" close={() => setLink(undefined)} closes="Done">
          <Group>
            <OneTimeLink link={link} />
          </Group>
        </Dialog>
      )}
    </Section>
  )
}
