import { Button, Checkbox, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Act } from '../ui/form.tsx'
import styles from './entry.module.css'

interface Props {
  readonly codes: readonly string[]
  readonly kept: () => void
}

/** The only time that they are seen: nothing goes on before somebody says that they are kept. */
export function RecoveryCodes({ codes, kept }: Props) {
  const [sure, setSure] = useState(false)
  const [copied, setCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(codes.join('\n')).then(() => setCopied(true))
  return (
    <Stack gap="md">
      <Text>
        Each of these codes lets you in once, should you lose your app or passkey. They are shown only now: print them
        or write them down, and keep them where you keep your keys.
      </Text>
      <ul className={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button variant="default" onClick={copy}>
        Copy them
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {copied ? 'Copied.' : ''}
      </Text>
      <Checkbox label="I have kept them" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
      <Act onClick={kept} why={sure ? undefined : 'Keep the codes first, and say so above.'}>
        Go on
      </Act>
    </Stack>
  )
}
