import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Form, secretIn, textIn } from '../ui/form.tsx'
import { Failure } from '../ui/states.tsx'
import { ByProvider } from './by-provider.tsx'
import { Forgotten } from './forgotten.tsx'
import { type Progress, signByPasskey, step } from './progress.ts'

/** What every step is given: tells how it went on. */
export interface StepProps {
  readonly went: (progress: Progress) => Promise<void>
}

export function Password({ went }: StepProps) {
  return (
    <Form
      label="Sign in"
      send={async (entered) =>
        went(await step('password', { userName: textIn(entered, 'userName'), password: secretIn(entered, 'password') }))
      }
      more={
        <>
          <ByPasskey went={went} label="Sign in with a passkey" />
          <ByProvider />
        </>
      }
    >
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
      <PasswordInput
        name="password"
        label="Password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      />
      <Forgotten />
    </Form>
  )
}

export function ByPasskey({ went, label }: StepProps & { readonly label: string }) {
  const work = useMutation({ mutationFn: async () => went(await signByPasskey()) })
  return (
    <>
      <Button variant="default" loading={work.isPending} onClick={() => work.mutate()}>
        {label}
      </Button>
      <Failure error={work.error} />
    </>
  )
}
