/** Forms: what was entered goes to one piece of work; its refusal is shown above the button, and nothing is sent twice. */
import { Button, type ButtonProps, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId } from 'react'
import styles from './form.module.css'
import { Failure } from './states.tsx'

interface FormProps {
  readonly send: (entered: FormData) => Promise<unknown>
  readonly label: string
  readonly children: ReactNode
  /** Stands beside the button. */
  readonly more?: ReactNode
  readonly why?: string | undefined
  /** Said when it went well, where the page stays as it is. */
  readonly done?: string
}

/** Fields are left to the browser until they are sent: password managers and keyboards know these best. */
export function Form({ send, label, children, more, why, done }: FormProps) {
  const work = useMutation({ mutationFn: send })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    if (!work.isPending && why === undefined) work.mutate(new FormData(form))
  }
  return (
    <form onSubmit={submit} className={styles.form}>
      <Stack gap="md">
        {children}
        <Failure error={work.error} />
        <Stack gap="sm" align="flex-start">
          <Act type="submit" loading={work.isPending} why={why}>
            {label}
          </Act>
          {done !== undefined && (
            <Text size="sm" c="dimmed" role="status">
              {work.isSuccess ? done : ''}
            </Text>
          )}
          {more}
        </Stack>
      </Stack>
    </form>
  )
}

interface ActProps extends ButtonProps {
  readonly children: ReactNode
  readonly type?: 'submit' | 'button'
  readonly onClick?: () => unknown
  /** Why it can't be pressed: shown beside it, and read out with it. It stays reachable, so that this is found. */
  readonly why?: string | undefined
}

export function Act({ children, onClick, why, type = 'button', ...look }: ActProps) {
  const id = useId()
  if (why === undefined)
    return (
      <Button type={type} {...look} {...(onClick && { onClick })}>
        {children}
      </Button>
    )
  return (
    <Stack gap={4} align="flex-start">
      <Button
        type="button"
        {...look}
        variant="default"
        data-disabled
        aria-disabled
        aria-describedby={id}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
      <Text id={id} size="xs" c="dimmed">
        {why}
      </Text>
    </Stack>
  )
}

export const textIn = (entered: FormData, name: string): string => String(entered.get(name) ?? '').trim()
/** A password may begin and end with spaces. */
export const secretIn = (entered: FormData, name: string): string => String(entered.get(name) ?? '')
