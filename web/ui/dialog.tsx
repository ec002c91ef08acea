import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import styles from './dialog.module.css'
import { Act } from './form.tsx'

interface DialogProps {
  readonly title: string
  readonly close: () => void
  readonly children: ReactNode
  /** What the button says that closes it; null: the content has its own, and Escape does nothing. */
  readonly closes?: string | null
}

/** The browser's own: it keeps the focus inside, gives it back, and closes on Escape. Shown as long as it is there. */
export function Dialog({ title, close, children, closes = 'Cancel' }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onClose={close}
      onCancel={(event) => closes === null && event.preventDefault()}
    >
      <Title order={2} size="h3" mb="md" id={id}>
        {title}
      </Title>
      {children}
      {closes !== null && (
        <Group mt="lg" justify="flex-end">
          <Act variant="default" onClick={close}>
            {closes}
          </Act>
        </Group>
      )}
    </dialog>
  )
}
