/** The logs of all processes: searched, filtered, followed. */
import { Checkbox, Group, NativeSelect, Text, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { LOG_LEVELS, LOG_PLANES } from '../../../src/operations/logs/terms.ts'
import { Act, textIn } from '../../ui/form.tsx'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type LineFilter, useLines } from './find-lines.ts'
import { Line } from './line.tsx'
import styles from './logs.module.css'
import { Rotation } from './rotation.tsx'
import type { LogSearch } from './search.ts'

export function Logs() {
  const search = useSearch({ from: '/inside/logs' })
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [isFollowed, setFollowed] = useState(false)
  const change = (one: Partial<Record<keyof LogSearch, string | undefined>>) =>
    navigate({ to: '/logs', search: { ...search, ...one } as LogSearch })
  const filter: LineFilter = { ...search, ...(text !== '' && { text }) }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setText(textIn(new FormData(event.currentTarget), 'text'))
  }
  return (
    <>
      <PageTitle>Logs</PageTitle>
      <Section title="Lines">
        <form onSubmit={submit} aria-label="Find lines">
          <Group align="flex-end" mb="md">
            <TextInput name="text" label="Words in the line" className={styles.words} maxLength={200} />
            <NativeSelect
              label="Level"
              value={search.level ?? ''}
              data={[
                { value: '', label: 'Any' },
                ...LOG_LEVELS.map((value) => ({ value, label: value === 'fatal' ? value : `${value} or worse` })),
              ]}
              onChange={(event) => change({ level: event.currentTarget.value || undefined })}
            />
            <NativeSelect
              label="Of"
              value={search.plane ?? ''}
              data={[
                { value: '', label: 'Both planes' },
                ...LOG_PLANES.map((value) => ({ value, label: `the ${value}` })),
              ]}
              onChange={(event) => change({ plane: event.currentTarget.value || undefined })}
            />
            <Act type="submit">Find</Act>
          </Group>
          <Group mb="md" justify="space-between">
            <Checkbox
              label="Follow"
              description="Shows what is written as it comes."
              checked={isFollowed}
              onChange={(event) => setFollowed(event.currentTarget.checked)}
            />
            {search.request !== undefined && (
              <Group gap="xs">
                <Text size="sm">
                  Only of request <code>{search.request}</code>
                </Text>
                <Act size="xs" variant="default" onClick={() => change({ request: undefined })}>
                  Show all
                </Act>
              </Group>
            )}
          </Group>
        </form>
        <Lines key={JSON.stringify(filter)} filter={filter} isFollowed={isFollowed} />
      </Section>
      <Rotation />
    </>
  )
}

function Lines({ filter, isFollowed }: { readonly filter: LineFilter; readonly isFollowed: boolean }) {
  const { first, lines, showEarlier, isLookingBack, failure, searchedTo } = useLines(filter, isFollowed)
  if (first.isPending) return <Loading what="the logs" />
  return (
    <>
      <Failure error={first.error ?? failure} />
      {lines.length === 0 && first.data !== undefined && (
        <Empty>
          {searchedTo === undefined ? 'No line is like that.' : 'No line is like that so far.'}
          {isFollowed && ' What comes will be shown here.'}
        </Empty>
      )}
      {lines.length > 0 && (
        <ol className={styles.lines} aria-label="Lines, newest first">
          {lines.map(({ number, line }) => (
            <Line key={number} line={line} />
          ))}
        </ol>
      )}
      {showEarlier !== undefined && (
        <Act variant="default" mt="md" loading={isLookingBack} onClick={showEarlier}>
          Show earlier ones
        </Act>
      )}
      {searchedTo !== undefined && (
        <Text size="sm" c="dimmed" mt="xs">
          Looked through as far back as <When at={searchedTo} />.
        </Text>
      )}
    </>
  )
}
