import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { LogCheck, LogKind } from '../../../src/operations/logs/terms.ts'
import { ask } from '../../api/ask.ts'
import { Section } from '../../ui/layout.tsx'
import { Answer } from '../../ui/states.tsx'
import { Rows } from '../../ui/table.tsx'
import { Mark } from '../mark.tsx'
import { bytes, count } from '../numbers.ts'

const KIND_WORDS: Readonly<Record<LogKind, string>> = {
  application: 'Of the processes',
  backup: 'Of backups',
  audit: 'audit.log and phi-access.log',
}

/** What is kept of the logs, and whether that is as it should be. */
export function Rotation() {
  const check = useQuery({ queryKey: ['log-check'], queryFn: () => ask<LogCheck>('GET', '/api/operations/logs/check') })
  return (
    <Section title="What is kept">
      <Answer of={check} what="what is kept">
        {({ well, kept, findings }) => (
          <>
            <Mark tone={well ? 'well' : 'care'}>
              {well
                ? 'All are rotated and removed as they should be.'
                : 'Not all are rotated and removed as they should be.'}
            </Mark>
            {findings.map(({ kind, file, says, remedy }) => (
              <Text key={`${kind} ${file} ${says}`} mt="xs">
                {file !== undefined && <code>{file}</code>} {says} {remedy}
              </Text>
            ))}
            <Rows
              caption="Kept logs"
              rows={kept}
              keyOf={({ kind }) => kind}
              none="There are no logs."
              columns={[
                { title: 'Logs', show: ({ kind }) => KIND_WORDS[kind] },
                { title: 'Kept for', show: ({ keepDays }) => `${count(keepDays)} days` },
                { title: 'Files', show: ({ files }) => count(files) },
                { title: 'Size', show: (one) => bytes(one.bytes) },
                { title: 'Earliest', show: ({ oldest }) => oldest ?? 'none yet' },
              ]}
            />
          </>
        )}
      </Answer>
    </Section>
  )
}
