import { Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { session } from '../api/session.ts'
import { Act } from '../ui/form.tsx'
import { Centred } from '../ui/layout.tsx'
import { Answer, Empty, Failure } from '../ui/states.tsx'
import styles from './entry.module.css'
import { interaction, useDecide } from './interaction.tsx'
import { findPatients } from './patients.ts'

const PAUSE_MS = 250
const LEAST = 2

/** About whom a program is to know. */
export function PickPatient() {
  const { interaction: uid = '' } = useSearch({ from: '/pick-patient' })
  const asked = useQuery(interaction(uid))
  const now = useQuery(session)
  const { decide, error } = useDecide(uid)
  const [text, setText] = useState('')
  const [sought] = useDebouncedValue(text.trim(), PAUSE_MS)
  const base = now.data?.settings.hospital
  const found = useQuery({
    queryKey: ['patients', base, sought],
    queryFn: base === undefined || sought.length < LEAST ? skipToken : () => findPatients(base, sought),
    staleTime: 0,
    gcTime: 0,
  })
  return (
    <Centred title="Choose a patient">
      <Answer of={asked} what="what is asked for">
        {({ client }) => (
          <Stack gap="md">
            <Text>
              <strong>{client.name}</strong> works on one patient. Which one?
            </Text>
            <TextInput
              type="search"
              label="Name or record number"
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Failure error={error} />
            <div aria-live="polite">
              {sought.length >= LEAST && (
                <Answer of={found} what="patients">
                  {(patients) =>
                    patients.length === 0 ? (
                      <Empty>Nobody whom you may see is called so.</Empty>
                    ) : (
                      <ul className={styles.choices} aria-label="Patients found">
                        {patients.map(({ id, name, about }) => (
                          <li key={id}>
                            <UnstyledButton
                              className={styles.choice}
                              onClick={() => decide('patient', { patient: id })}
                            >
                              <Text fw={600}>{name}</Text>
                              <Text size="sm" c="dimmed">
                                {about}
                              </Text>
                            </UnstyledButton>
                          </li>
                        ))}
                      </ul>
                    )
                  }
                </Answer>
              )}
            </div>
            <Act variant="default" onClick={() => decide('deny')}>
              Choose nobody, and refuse
            </Act>
          </Stack>
        )}
      </Answer>
    </Centred>
  )
}
