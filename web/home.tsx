import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { may } from './api/session.ts'
import { useSignedIn } from './inside.tsx'
import { PageTitle, Section } from './ui/layout.tsx'
import { When } from './ui/when.tsx'
import { ROLE_NAMES } from './words.ts'

export function Home() {
  const signedIn = useSignedIn()
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
      {may(signedIn, 'identity:read') && (
        <Section title="Administration">
          <Anchor component={Link} to="/people">
            People and their roles
          </Anchor>
        </Section>
      )}
      <Section title="For programs">
        <Text>
          The record is reached at <code>{settings.hospital}</code>.
        </Text>
      </Section>
    </>
  )
}
