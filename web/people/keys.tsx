/** Keys by which machines get in. */
import { Group, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ApiKey, permits } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { useSignedIn } from '../inside.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Act, Form, textIn } from '../ui/form.tsx'
import { PageTitle, Section } from '../ui/layout.tsx'
import { Answer, Failure } from '../ui/states.tsx'
import { Rows } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { ShownOnce } from './shown-once.tsx'

const base = '/api/operations/identity/keys'

export function Keys() {
  const { person } = useSignedIn()
  const queries = useQueryClient()
  const cannot = permits(person.roles, 'keys:write') ? undefined : 'Only administrators make and end keys.'
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<ApiKey>()
  const [giving, setGiving] = useState<ApiKey>()
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => ask<{ keys: ApiKey[] }>('GET', base) })
  const end = useMutation({
    mutationFn: (id: string) => ask('POST', `${base}/${id}/end`),
    onSuccess: () => setEnding(undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  return (
    <>
      <PageTitle
        actions={
          <Act onClick={() => setMaking(true)} why={cannot}>
            Make a key
          </Act>
        }
      >
        API keys
      </PageTitle>
      <Section title="Keys in use">
        <Answer of={keys} what="keys">
          {({ keys: all }) => (
            <Rows
              caption="API keys"
              rows={all}
              keyOf={({ id }) => id}
              none="There is no key."
              columns={[
                { title: 'Name', show: ({ name }) => name },
                { title: 'Begins with', show: ({ prefix }) => <code>{prefix}</code> },
                { title: 'May', show: ({ scopes }) => scopes.join(' ') },
                { title: 'Owner', show: ownerOf },
                { title: 'Ends', show: ({ expires }) => <When at={expires} /> },
                { title: 'Last used', show: ({ used }) => <When at={used} /> },
                {
                  title: '',
                  show: (key) => (
                    <Group gap="xs">
                      <Act size="xs" variant="default" why={cannot} onClick={() => setGiving(key)}>
                        Hand over
                      </Act>
                      <Act size="xs" variant="default" why={cannot} onClick={() => setEnding(key)}>
                        End
                      </Act>
                    </Group>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Section>
      {making && <Make close={() => setMaking(false)} owner={person.userName} />}
      {giving !== undefined && <Give of={giving} close={() => setGiving(undefined)} />}
      {ending !== undefined && (
        <Dialog title={`End ${ending.name}?`} close={() => setEnding(undefined)}>
          <Text mb="md">Whatever uses it stops getting in within a minute. This can’t be undone.</Text>
          <Failure error={end.error} />
          <Act loading={end.isPending} onClick={() => end.mutate(ending.id)}>
            End the key
          </Act>
        </Dialog>
      )}
    </>
  )
}

const ownerOf = ({ owner }: ApiKey): string => {
  if (owner === undefined) return 'nobody'
  return owner.state === 'active' ? owner.userName : `${owner.userName}, who is ${owner.state}`
}

function Give({ of: key, close }: { readonly of: ApiKey; readonly close: () => void }) {
  const queries = useQueryClient()
  return (
    <Dialog title={`Hand ${key.name} over`} close={close}>
      <Form
        label="Hand it over"
        send={async (entered) => {
          await ask('POST', `${base}/${key.id}/owner`, { owner: textIn(entered, 'owner') })
          await queries.invalidateQueries({ queryKey: ['keys'] })
          close()
        }}
      >
        <Text>
          Whoever answers for the key is asked about it, and it stops when their account is suspended or ends.
        </Text>
        <TextInput
          name="owner"
          label="Who answers for it"
          description="A user name"
          defaultValue={key.owner?.userName ?? ''}
          required
          withAsterisk={false}
        />
      </Form>
    </Dialog>
  )
}

function Make({ close, owner }: { readonly close: () => void; readonly owner: string }) {
  const queries = useQueryClient()
  const [key, setKey] = useState<string>()
  if (key !== undefined) return <ShownOnce title="The key" secret={key} close={close} />
  return (
    <Dialog title="Make a key" close={close}>
      <Form
        label="Make it"
        send={async (entered) => {
          const given = {
            name: textIn(entered, 'name'),
            scopes: textIn(entered, 'scopes').split(/\s+/),
            owner: textIn(entered, 'owner'),
          }
          setKey((await ask<{ key: string }>('POST', base, given)).key)
          await queries.invalidateQueries({ queryKey: ['keys'] })
        }}
      >
        <TextInput name="name" label="What it is for" required withAsterisk={false} />
        <TextInput
          name="scopes"
          label="What it may"
          description="As in system/Observation.rs, separated by spaces"
          required
          withAsterisk={false}
        />
        <TextInput name="owner" label="Who answers for it" defaultValue={owner} required withAsterisk={false} />
      </Form>
    </Dialog>
  )
}
