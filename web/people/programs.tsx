/** Programs that people may let act for them, and those that act by themselves. */
import { Checkbox, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { permits } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { useSignedIn } from '../inside.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, textIn } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { ShownOnce } from './shown-once.tsx'

interface Program {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly redirectUris: readonly string[]
  readonly launchUri?: string
  readonly auth: string
  readonly made: string
}

const base = '/api/operations/identity/clients'

export function Programs() {
  const { person } = useSignedIn()
  const queries = useQueryClient()
  const cannot = permits(person.roles, 'clients:write') ? undefined : 'Only administrators register and end programs.'
  const [registering, setRegistering] = useState(false)
  const [ending, setEnding] = useState<Program>()
  const programs = useQuery({ queryKey: ['programs'], queryFn: () => ask<{ clients: Program[] }>('GET', base) })
  const end = useMutation({
    mutationFn: (id: string) => ask('POST', `${base}/${id}/end`),
    onSuccess: () => setEnding(undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ['programs'] }),
  })
  return (
    <>
      <PageTitle
        actions={
          <Act onClick={() => setRegistering(true)} why={cannot}>
            Register a program
          </Act>
        }
      >
        Programs
      </PageTitle>
      <Section title="Registered">
        <Answer of={programs} what="programs">
          {({ clients }) => (
            <Rows
              caption="Programs"
              rows={clients}
              keyOf={({ id }) => id}
              none="No program is registered."
              columns={[
                { title: 'Name', show: ({ name }) => name },
                { title: 'Client id', show: ({ id }) => <code>{id}</code> },
                { title: 'May', show: ({ scopes }) => scopes.join(' ') },
                { title: 'Since', show: ({ made }) => <When at={made} /> },
                {
                  title: '',
                  show: (program) => (
                    <Act size="xs" variant="default" why={cannot} onClick={() => setEnding(program)}>
                      End
                    </Act>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Section>
      {registering && <Register close={() => setRegistering(false)} />}
      {ending !== undefined && (
        <Dialog title={`End ${ending.name}?`} close={() => setEnding(undefined)}>
          <Text mb="md">All that it was allowed ends within a minute. This can’t be undone.</Text>
          <Failure error={end.error} />
          <Act loading={end.isPending} onClick={() => end.mutate(ending.id)}>
            End the program
          </Act>
        </Dialog>
      )}
    </>
  )
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

function Register({ close }: { readonly close: () => void }) {
  const queries = useQueryClient()
  const [made, setMade] = useState<string>()
  if (made !== undefined) return <ShownOnce title="The secret of the program" secret={made} close={close} />
  return (
    <Dialog title="Register a program" close={close}>
      <Form
        label="Register"
        send={async (entered) => {
          const launchUri = textIn(entered, 'launchUri')
          const given = {
            name: textIn(entered, 'name'),
            scopes: words(textIn(entered, 'scopes')),
            redirectUris: words(textIn(entered, 'redirectUris')),
            ...(launchUri !== '' && { launchUri }),
            ...(entered.has('secret') && { secret: true }),
          }
          const { secret } = await ask<{ secret?: string }>('POST', base, given)
          await queries.invalidateQueries({ queryKey: ['programs'] })
          if (secret === undefined) close()
          else setMade(secret)
        }}
      >
        <TextInput
          name="name"
          label="Name"
          description="People read it when they are asked to give it access"
          required
          withAsterisk={false}
        />
        <TextInput
          name="scopes"
          label="What it may ask for"
          description="As in launch/patient patient/*.rs, separated by spaces"
          required
          withAsterisk={false}
        />
        <TextInput
          name="redirectUris"
          label="Where it gets its answers"
          description="Its addresses, separated by spaces"
          required
          withAsterisk={false}
        />
        <TextInput name="launchUri" type="url" label="Where it is started from a chart, if it is" />
        <Checkbox name="secret" label="It runs on a server, and can keep a secret" />
      </Form>
    </Dialog>
  )
}
