import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/ask.ts'
import { useLookAgain } from '../api/session.ts'
import { Centred } from '../ui/layout.tsx'
import { Answer } from '../ui/states.tsx'
import { ChoosePassword } from './choose-password.tsx'
import { step } from './progress.ts'

interface Opened {
  readonly kind: 'invitation' | 'reset'
  readonly userName: string
}

const TITLES = { invitation: 'Welcome to OmniCare', reset: 'Choose another password' } as const

/** Who has come by a one-time link. Its secret stands behind the # of the address, which no server and no log ever sees. */
export function Link() {
  const [secret] = useState(() => window.location.hash.slice(1))
  const opened = useQuery({
    queryKey: ['link'],
    queryFn: () => ask<Opened>('POST', '/api/session/link/open', { secret }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const lookAgain = useLookAgain()
  const navigate = useNavigate()
  const choose = async (password: string) => {
    await step('link/accept', { secret, password })
    await lookAgain()
    await navigate({ to: '/sign-in', replace: true })
  }
  return (
    <Centred title={opened.data === undefined ? 'Your link' : TITLES[opened.data.kind]}>
      <Answer of={opened} what="your link">
        {({ userName }) => (
          <>
            <Text mb="md">
              Your user name is <strong>{userName}</strong>. Choose the password that goes with it.
            </Text>
            <ChoosePassword choose={choose} />
          </>
        )}
      </Answer>
    </Centred>
  )
}
