import { Anchor, Stack, Text, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ask } from '../api/ask.ts'
import { Form, textIn } from '../ui/form.tsx'
import { Centred } from '../ui/layout.tsx'

/** Asks for a link by mail. What is shown is the same whether the account exists or not. */
export function Forgot() {
  const [asked, setAsked] = useState(false)
  return (
    <Centred title={asked ? 'Look into your mail' : 'Forgotten your password?'}>
      <Stack gap="md" align="flex-start">
        {asked ? (
          <Text role="status">
            If there is such an account and it has an e-mail address, a link to choose another password is on its way
            there. If nothing comes within some minutes, ask an administrator.
          </Text>
        ) : (
          <Form
            label="Mail me a link"
            send={async (entered) => {
              await ask('POST', '/api/session/forgot', { userName: textIn(entered, 'userName') })
              setAsked(true)
            }}
          >
            <Text>We mail you a link to choose another one.</Text>
            <TextInput
              name="userName"
              label="User name"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              withAsterisk={false}
              data-autofocus
            />
          </Form>
        )}
        <Anchor component={Link} to="/sign-in" underline="always" size="sm">
          Back to signing in
        </Anchor>
      </Stack>
    </Centred>
  )
}
