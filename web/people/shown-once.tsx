import { Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'

interface Props {
  readonly title: string
  readonly secret: string
  readonly close: () => void
}

export function ShownOnce({ title, secret, close }: Props) {
  const [copied, setCopied] = useState(false)
  return (
    <Dialog title={title} close={close} closes="Done">
      <Stack align="flex-start">
        <Text>It is shown only now. Put it where the machine that needs it finds it, and nowhere else.</Text>
        <Text component="code" style={{ overflowWrap: 'anywhere' }}>
          {secret}
        </Text>
        <Button variant="default" onClick={() => navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
          Copy it
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {copied ? 'Copied.' : ''}
        </Text>
      </Stack>
    </Dialog>
  )
}
