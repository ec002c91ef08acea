/** Identity providers that people sign in by. */
import { Checkbox, Group, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Provider, permits } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { useSignedIn } from '../inside.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, secretIn, textIn } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'

const base = '/api/operations/identity/providers'

export function Providers() {
  const { person } = useSignedIn()
  const cannot = permits(person.roles, 'providers:write')
    ? undefined
    : 'Only administrators add and remove identity providers.'
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Provider>()
  const providers = useQuery({
    queryKey: ['operations', 'providers'],
    queryFn: () => ask<{ providers: Provider[] }>('GET', base),
  })
  const test = useMutation({
    mutationFn: async ({ id, name }: Provider) => {
      const { signsInAt } = await ask<{ signsInAt: string }>('POST', `${base}/${id}/test`)
      return `${name} answers, and signs people in at ${signsInAt}`
    },
  })
  return (
    <>
      <PageTitle
        actions={
          <Act onClick={() => setAdding(true)} why={cannot}>
            Add a provider
          </Act>
        }
      >
        Identity providers
      </PageTitle>
      <Section title="Where people may sign in">
        <Failure error={test.error} />
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {test.data ?? ''}
        </Text>
        <Answer of={providers} what="identity providers">
          {({ providers: all }) => (
            <Rows
              caption="Identity providers"
              rows={all}
              keyOf={({ id }) => id}
              none="There is no identity provider: people sign in with their password or a passkey."
              columns={[
                { title: 'Name', show: ({ name }) => name },
                { title: 'Issuer', show: ({ issuer }) => <Anywhere>{issuer}</Anywhere> },
                { title: 'Comes back to', show: ({ redirectUri }) => <Anywhere>{redirectUri}</Anywhere> },
                { title: 'Trusted with', show: ({ rules }) => trustOf(rules) },
                {
                  title: '',
                  show: (provider) => (
                    <Group gap="xs">
                      <Act size="xs" variant="default" why={cannot} onClick={() => test.mutate(provider)}>
                        Test
                      </Act>
                      <Act size="xs" variant="default" why={cannot} onClick={() => setRemoving(provider)}>
                        Remove
                      </Act>
                    </Group>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Section>
      {adding && <Add close={() => setAdding(false)} />}
      {removing !== undefined && <Remove provider={removing} close={() => setRemoving(undefined)} />}
    </>
  )
}

const Anywhere = ({ children }: { readonly children: string }) => (
  <code style={{ overflowWrap: 'anywhere' }}>{children}</code>
)

const trustOf = ({ secondByAmr, secondByAcr, linkByEmail, create }: Provider['rules']): string =>
  [
    'who it is',
    ...(secondByAmr.length + secondByAcr.length > 0 ? ['a second factor'] : []),
    ...(linkByEmail ? ['finding accounts by email'] : []),
    ...(create === undefined ? [] : [`making accounts by ${create.claim}`]),
  ].join(', ')

function Remove({ provider: { id, name }, close }: { readonly provider: Provider; readonly close: () => void }) {
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => ask('POST', `${base}/${id}/remove`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['operations', 'providers'] })
      close()
    },
  })
  return (
    <Dialog title={`Remove ${name}?`} close={close}>
      <Stack align="flex-start">
        <Text>
          Nobody comes in by it any more, and who has come in by it is signed out and told by mail. Added again, people
          must link their accounts anew.
        </Text>
        <Failure error={remove.error} />
        <Act loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove the provider
        </Act>
      </Stack>
    </Dialog>
  )
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

/** Lines as in `ward-nurses = nurse physician`. */
const rolesIn = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const at = line.lastIndexOf('=')
        return [line.slice(0, Math.max(at, 0)).trim(), words(line.slice(at + 1).replaceAll(',', ' '))]
      }),
  )

function Add({ close }: { readonly close: () => void }) {
  const queries = useQueryClient()
  const [made, setMade] = useState<Provider>()
  if (made !== undefined)
    return (
      <Dialog title={`${made.name} is added`} close={close} closes="Done">
        <Text mb="md">Register this address there, as where people come back to:</Text>
        <Anywhere>{made.redirectUri}</Anywhere>
      </Dialog>
    )
  const send = async (entered: FormData) => {
    const claim = textIn(entered, 'claim')
    const secret = secretIn(entered, 'secret')
    const given = {
      name: textIn(entered, 'name'),
      issuer: textIn(entered, 'issuer'),
      clientId: textIn(entered, 'clientId'),
      ...(secret !== '' && { secret }),
      rules: {
        linkByEmail: entered.has('linkByEmail'),
        secondByAmr: words(textIn(entered, 'amr')),
        secondByAcr: words(textIn(entered, 'acr')),
        ...(claim !== '' && { create: { claim, roles: rolesIn(textIn(entered, 'roles')) } }),
      },
    }
    const added = await ask<Provider>('POST', base, given)
    await queries.invalidateQueries({ queryKey: ['operations', 'providers'] })
    setMade(added)
  }
  return (
    <Dialog title="Add an identity provider" close={close}>
      <Form label="Add" send={send}>
        <TextInput name="name" label="Name" description="As its button says it" required withAsterisk={false} />
        <TextInput name="issuer" type="url" label="Issuer" required withAsterisk={false} />
        <TextInput name="clientId" label="Client id" required withAsterisk={false} />
        <PasswordInput
          name="secret"
          label="Client secret, if there is one"
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the secret', tabIndex: 0 }}
        />
        <Checkbox name="linkByEmail" label="It may find accounts by email addresses that it has verified" />
        <TextInput name="amr" label="Values of amr that prove a second factor" description="As in mfa" />
        <TextInput name="acr" label="Values of acr that prove one" />
        <TextInput name="claim" label="Make accounts by this claim" description="As in groups; empty: never" />
        <Textarea
          name="roles"
          label="Roles by its values"
          description="A line each, as in ward-nurses = nurse. They follow the claim at each sign-in, until they are set by hand."
          autosize={false}
          rows={3}
        />
      </Form>
    </Dialog>
  )
}
