import { Group, PasswordInput, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Person } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { ConfirmApp, deviceName, type TotpSetup } from '../entry/enrol.tsx'
import { makePasskey } from '../entry/progress.ts'
import { RecoveryCodes } from '../entry/recovery-codes.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, secretIn, textIn } from '../ui/form.tsx'
import { Section } from '../ui/layout.tsx'
import { Answer } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

interface Passkey {
  readonly id: string
  readonly name: string
  readonly made: string
  readonly used?: string
}

type Codes = { readonly recoveryCodes?: readonly string[] }

/** What somebody is about to do, for which the password is asked first. */
interface Intent {
  readonly title: string
  readonly label: string
  readonly says: string
  readonly fields?: ReactNode
  readonly work: (password: string, entered: FormData) => Promise<Codes | undefined>
}

export function Factors({ person }: { readonly person: Person }) {
  const queries = useQueryClient()
  const [intent, setIntent] = useState<Intent>()
  const [setup, setSetup] = useState<TotpSetup>()
  const [codes, setCodes] = useState<readonly string[]>()
  const changed = async (made: Codes | undefined) => {
    if (made?.recoveryCodes !== undefined && made.recoveryCodes.length > 0) setCodes(made.recoveryCodes)
    await queries.invalidateQueries({ queryKey: ['account'] })
  }
  const setUpApp: Intent = {
    title: 'Set up an authenticator app',
    label: 'Go on',
    says: person.totp
      ? 'The app that you have set up before counts until the new one is confirmed.'
      : 'Have the app at hand.',
    work: async (password) => void setSetup(await ask<TotpSetup>('POST', '/api/account/totp', { password })),
  }
  return (
    <>
      <Passkeys intend={setIntent} />
      <Section title="Authenticator app and recovery codes">
        <Text mb="md">
          {person.totp ? 'An authenticator app is set up.' : 'No authenticator app is set up.'} Recovery codes left:{' '}
          {person.recoveryCodes}.
        </Text>
        <Group align="flex-start">
          <Act variant="default" onClick={() => setIntent(setUpApp)}>
            {person.totp ? 'Set up another app' : 'Set up an app'}
          </Act>
          {person.totp && (
            <Act variant="default" onClick={() => setIntent(removeApp)}>
              Remove the app
            </Act>
          )}
          <Act
            variant="default"
            onClick={() => setIntent(newCodes)}
            why={
              person.totp || person.passkeys > 0
                ? undefined
                : 'Codes stand in for an app or a passkey: set one up first.'
            }
          >
            Make new codes
          </Act>
        </Group>
      </Section>
      {intent !== undefined && (
        <AskFirst
          intent={intent}
          close={() => setIntent(undefined)}
          done={async (made) => {
            setIntent(undefined)
            await changed(made)
          }}
        />
      )}
      {setup !== undefined && (
        <Dialog title="Scan the code" close={() => setSetup(undefined)}>
          <ConfirmApp
            setup={setup}
            confirm={async (code) => {
              const made = await ask<Codes>('POST', '/api/account/totp/confirm', { code })
              setSetup(undefined)
              await changed(made)
            }}
          />
        </Dialog>
      )}
      {codes !== undefined && (
        <Dialog title="Keep your recovery codes" close={() => undefined} closes={null}>
          <RecoveryCodes codes={codes} kept={() => setCodes(undefined)} />
        </Dialog>
      )}
    </>
  )
}

function Passkeys({ intend }: { readonly intend: (intent: Intent) => void }) {
  const passkeys = useQuery({
    queryKey: ['account', 'passkeys'],
    queryFn: () => ask<{ passkeys: Passkey[] }>('GET', '/api/account/passkeys'),
  })
  return (
    <Section
      title="Passkeys"
      actions={
        <Act variant="default" onClick={() => intend(addPasskey())}>
          Make a passkey
        </Act>
      }
    >
      <Answer of={passkeys} what="your passkeys">
        {({ passkeys: all }) => (
          <Rows
            caption="Your passkeys"
            rows={all}
            keyOf={({ id }) => id}
            none="You have no passkey."
            columns={[
              { title: 'Name', show: ({ name }) => name },
              { title: 'Made', show: ({ made }) => <When at={made} /> },
              { title: 'Last used', show: ({ used }) => <When at={used} /> },
              {
                title: '',
                show: (passkey) => (
                  <Act size="xs" variant="default" onClick={() => intend(removePasskey(passkey))}>
                    Remove
                  </Act>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Section>
  )
}

interface AskFirstProps {
  readonly intent: Intent
  readonly close: () => void
  readonly done: (made: Codes | undefined) => Promise<void>
}

function AskFirst({ intent, close, done }: AskFirstProps) {
  return (
    <Dialog title={intent.title} close={close}>
      <Form
        label={intent.label}
        send={async (entered) => done(await intent.work(secretIn(entered, 'password'), entered))}
      >
        <Text>{intent.says}</Text>
        {intent.fields}
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
  )
}

const addPasskey = (): Intent => ({
  title: 'Make a passkey',
  label: 'Make it',
  says: 'Your device will ask for your fingerprint, face or PIN.',
  fields: <TextInput name="name" label="Its name" defaultValue={deviceName()} required withAsterisk={false} />,
  work: async (password, entered) => {
    const response = await makePasskey('/api/account/passkeys/options', { password })
    return ask<Codes>('POST', '/api/account/passkeys', { response, name: textIn(entered, 'name') })
  },
})

const removePasskey = ({ id, name }: Passkey): Intent => ({
  title: `Remove ${name}`,
  label: 'Remove it',
  says: 'Nobody can sign in with this passkey any more.',
  work: (password) => ask('DELETE', `/api/account/passkeys/${id}`, { password }),
})

const removeApp: Intent = {
  title: 'Remove the authenticator app',
  label: 'Remove it',
  says: 'Its codes are not accepted any more.',
  work: (password) => ask('DELETE', '/api/account/totp', { password }),
}

const newCodes: Intent = {
  title: 'New recovery codes',
  label: 'Make new codes',
  says: 'The codes that you have kept so far stop working.',
  work: (password) => ask('POST', '/api/account/recovery-codes', { password }),
}
