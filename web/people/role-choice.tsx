import { Checkbox, Text } from '@mantine/core'
import { ROLES, type Role } from '../../src/identity/terms.ts'
import { ROLE_NAMES } from '../words.ts'
import styles from './people.module.css'

interface Props {
  readonly chosen: readonly Role[]
  readonly choose: (roles: readonly Role[]) => void
}

export function RoleChoice({ chosen, choose }: Props) {
  const turn = (role: Role) => choose(ROLES.filter((one) => (one === role) !== chosen.includes(one)))
  return (
    <fieldset className={styles.roles}>
      <Text component="legend" size="sm" fw={500}>
        Roles
      </Text>
      {ROLES.map((role) => (
        <Checkbox key={role} label={ROLE_NAMES[role]} checked={chosen.includes(role)} onChange={() => turn(role)} />
      ))}
    </fieldset>
  )
}
