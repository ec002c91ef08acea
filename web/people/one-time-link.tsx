import { Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { When } from '../ui/when.tsx'

export interface LinkMade {
  readonly secret: string
  readonly mailed: boolean
  readonly expires: string
}

/** Shown once: whoever has it gets in, so it goes to its owner and nowhere else. */
export function OneTimeLink({ link: { secret, expires, mailed } }: { readonly link: LinkMade }) {
  // By which address this page is here, people get to it: the server may know itself by none but localhost.
  const address = `${window.location.origin}/link#${secret}`
  const [copied, setCopied] = useState(false)
  return (
    <Stack align="flex-start">
      <Text>
        Hand this link over to its owner, and to nobody else. It is shown only now, works once, and ends{' '}
        <When at={expires} />.{mailed && ' It is on its way to them by mail as well.'}
      </Text>
      <Text component="code" style={{ overflowWrap: 'anywhere' }}>
        {address}
      </Text>
      <Button variant="default" onClick={() => navigator.clipboard.writeText(address).then(() => setCopied(true))}>
        Copy the link
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {copied ? 'Copied.' : ''}
      </Text>
    </Stack>
  )
}
