import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Factor } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { useLookAgain } from '../api/session.ts'
import { Form, textIn } from '../ui/form.tsx'
import { ByPasskey, type StepProps } from './password.tsx'
import { step } from './progress.ts'

const WAYS = {
  totp: { label: 'Code from your app', says: 'Enter the six digits that your authenticator app shows now.' },
  'recovery-code': { label: 'Recovery code', says: 'Enter one of the recovery codes that you kept. It works once.' },
} as const
type Way = keyof typeof WAYS

export function SecondFactor({ by, went }: StepProps & { readonly by: readonly Factor[] }) {
  const codes = (Object.keys(WAYS) as Way[]).filter((way) => by.includes(way))
  const [way, setWay] = useState<Way | undefined>(codes[0])
  const others = codes.filter((other) => other !== way)
  return (
    <Stack gap="lg">
      {by.includes('passkey') && <ByPasskey went={went} label="Use your passkey" />}
      {way !== undefined && (
        <Form
          key={way}
          label="Go on"
          send={async (entered) => went(await step(way, { code: textIn(entered, 'code') }))}
        >
          <Text>{WAYS[way].says}</Text>
          <TextInput
            name="code"
            label={WAYS[way].label}
            autoComplete={way === 'totp' ? 'one-time-code' : 'off'}
            {...(way === 'totp' && { inputMode: 'numeric' as const })}
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
          />
        </Form>
      )}
      {others.map((other) => (
        <Button key={other} variant="subtle" onClick={() => setWay(other)}>
          Use {other === 'totp' ? 'your app' : 'a recovery code'} instead
        </Button>
      ))}
      <StartAgain />
    </Stack>
  )
}

/** Gives up what was begun: somebody else wants to sign in. */
function StartAgain() {
  const lookAgain = useLookAgain()
  const work = useMutation({ mutationFn: () => ask('POST', '/api/session/sign-out').then(lookAgain) })
  return (
    <Button variant="subtle" onClick={() => work.mutate()}>
      Sign in as somebody else
    </Button>
  )
}
