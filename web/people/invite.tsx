import { Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person, Role } from '../../src/identity/terms.ts'
import { ask } from '../api/ask.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Form, textIn } from '../ui/form.tsx'
import { type LinkMade, OneTimeLink } from './one-time-link.tsx'
import { RoleChoice } from './role-choice.tsx'

export function Invite({ close }: { readonly close: () => void }) {
  const queries = useQueryClient()
  const [roles, setRoles] = useState<readonly Role[]>([])
  const [made, setMade] = useState<LinkMade>()
  if (made !== undefined)
    return (
      <Dialog title="The invitation" close={close} closes="Done">
        <OneTimeLink link={made} />
      </Dialog>
    )
  return (
    <Dialog title="Invite somebody" close={close}>
      <Form
        label="Invite"
        why={roles.length > 0 ? undefined : 'Choose at least one role.'}
        send={async (entered) => {
          const email = textIn(entered, 'email')
          const given = {
            userName: textIn(entered, 'userName'),
            displayName: textIn(entered, 'displayName'),
            roles,
            ...(email !== '' && { email }),
          }
          const { link } = await ask<{ person: Person; link: LinkMade }>(
            'POST',
            '/api/operations/identity/users',
            given,
          )
          setMade(link)
          await queries.invalidateQueries({ queryKey: ['people'] })
        }}
      >
        <Stack gap="sm">
          <TextInput name="displayName" label="Name" required withAsterisk={false} />
          <TextInput
            name="userName"
            label="User name"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
          />
          <TextInput name="email" type="email" label="Email, if there is one" />
          <RoleChoice chosen={roles} choose={setRoles} />
          <Text size="sm" c="dimmed">
            With an address they are mailed a link by which they choose their password, where OmniCare sends mail. You
            get it too, to hand it over.
          </Text>
        </Stack>
      </Form>
    </Dialog>
  )
}
