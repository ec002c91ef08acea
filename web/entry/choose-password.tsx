import { PasswordInput, Text } from '@mantine/core'
import { useState } from 'react'
import { Form } from '../ui/form.tsx'

const SAYS =
  'At least 12 characters. Several words that only you would put together are easy to remember and hard to guess.'
const shown = { visibilityToggleButtonProps: { 'aria-label': 'Show the password', tabIndex: 0 } }

interface Props {
  readonly choose: (password: string, current: string) => Promise<unknown>
  /** Whether the present one is asked for. */
  readonly known?: boolean
}

export function ChoosePassword({ choose, known = false }: Props) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const differs = again !== '' && again !== password
  const work = async () => {
    await choose(password, current)
    for (const set of [setCurrent, setPassword, setAgain]) set('')
  }
  return (
    <Form label="Use this password" send={work} why={differs ? 'The two passwords differ.' : undefined}>
      <Text>{SAYS}</Text>
      {known && (
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          required
          withAsterisk={false}
          {...shown}
        />
      )}
      <PasswordInput
        label="New password"
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
        withAsterisk={false}
        {...shown}
      />
      <PasswordInput
        label="The same again"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        required
        withAsterisk={false}
        {...shown}
      />
    </Form>
  )
}
