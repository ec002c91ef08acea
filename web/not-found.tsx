import { Anchor, Text } from '@mantine/core'
import { Centred } from './ui/layout.tsx'

export function NotFound() {
  return (
    <Centred title="There is no such page">
      <Text>
        The address may be misspelt, or the page has moved. <Anchor href="/">Go to the first page</Anchor>
      </Text>
    </Centred>
  )
}
