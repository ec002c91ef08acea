import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { may, type SignedIn } from './api/session.ts'
import { useSignedIn } from './inside.tsx'
import { Overview } from './operations/overview/overview.tsx'
import { PageTitle, Section } from './ui/layout.tsx'
import { When } from './ui/when.tsx'
import { ROLE_NAMES } from './words.ts'

/** For operations people the wall, for others what they can do here. */
export function Home() {
  const signedIn = useSignedIn()
  return may(signedIn, 'health:read') ? <Overview /> : <Greeting signedIn={signedIn} />
}

function Greeting({ signedIn }: { readonly signedIn: SignedIn }) {
  const { person, session, settings } = signedIn
  return (
    <>
      <PageTitle>{`Hello, ${person.displayName}`}</PageTitle>
      <Section title="Your session">
        <Text>
          You are signed in {session.place === 'operations' ? 'to operations' : 'to the hospital'} as{' '}
          {person.roles.map((role) => ROLE_NAMES[role]).join(', ')}, until <When at={session.expires} /> at the latest.
        </Text>
        <Text mt="xs">
          <Anchor component={Link} to="/account">
            See your sessions, password and second factors
          </Anchor>
        </Text>
      </Section>
      <Section title="For programs">
        <Text>
          The record is reached at <code>{settings.hospital}</code>.
        </Text>
      </Section>
    </>
  )
}
