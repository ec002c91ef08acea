import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/ask.ts'
import { Act, Form, textIn } from '../ui/form.tsx'
import { Failure } from '../ui/states.tsx'
import type { StepProps } from './password.tsx'
import { makePasskey, step } from './progress.ts'
import { Qr } from './qr.tsx'

/** What an authenticator app needs. */
export interface TotpSetup {
  readonly secret: string
  readonly uri: string
}

export function Enrol({ maySkip, went }: StepProps & { readonly maySkip: boolean }) {
  const [app, setApp] = useState<TotpSetup>()
  const begin = useMutation({
    mutationFn: () => ask<TotpSetup>('POST', '/api/session/enrol/totp'),
    onSuccess: setApp,
  })
  const passkey = useMutation({
    mutationFn: async () => {
      const response = await makePasskey('/api/session/enrol/passkey/options')
      await went(await step('enrol/passkey', { response, name: deviceName() }))
    },
  })
  const skip = useMutation({ mutationFn: async () => went(await step('enrol/skip')) })
  if (app !== undefined)
    return <ConfirmApp setup={app} confirm={async (code) => went(await step('enrol/totp/confirm', { code }))} />
  return (
    <Stack gap="md">
      <Text>
        A password alone can be stolen from afar. With a second factor nobody gets in who does not hold something of
        yours.
      </Text>
      <Act onClick={passkey.mutate} loading={passkey.isPending}>
        Make a passkey on this device
      </Act>
      <Text size="sm" c="dimmed">
        The quickest: your fingerprint, face or PIN, or a security key.
      </Text>
      <Act variant="default" onClick={begin.mutate} loading={begin.isPending}>
        Use an authenticator app
      </Act>
      <Failure error={passkey.error ?? begin.error ?? skip.error} />
      {maySkip && (
        <Button variant="subtle" loading={skip.isPending} onClick={() => skip.mutate()}>
          Not now: this is the practice hospital
        </Button>
      )}
    </Stack>
  )
}

export function ConfirmApp({ setup, confirm }: { setup: TotpSetup; confirm: (code: string) => Promise<unknown> }) {
  return (
    <Form label="Confirm" send={(entered) => confirm(textIn(entered, 'code'))}>
      <Text>Scan this with your authenticator app, then enter the six digits it shows.</Text>
      <Qr text={setup.uri} />
      <Text size="sm">
        No camera? Enter this key: <code>{setup.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </Text>
      <TextInput
        name="code"
        label="Code from your app"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        withAsterisk={false}
      />
    </Form>
  )
}

/** What a passkey is called that was made here, until it is given another name. */
export const deviceName = (): string => {
  const [, system = 'This device'] = /\((?:X11; )?([^;)]+)/.exec(navigator.userAgent) ?? []
  return system.slice(0, 60)
}
