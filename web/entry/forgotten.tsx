import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { session } from '../api/session.ts'

/** What somebody can do who has forgotten their password. */
export function Forgotten() {
  const { data } = useQuery(session)
  if (data?.settings.mail === true)
    return (
      <Text size="sm">
        <Anchor component={Link} to="/forgot" underline="always" inherit>
          Forgotten your password?
        </Anchor>
      </Text>
    )
  return (
    <Text size="sm" c="dimmed">
      Forgotten your password? Ask an administrator for a link to choose another.
    </Text>
  )
}
