import { Text } from '@mantine/core'
import type { Alert } from '../../../src/operations/alerts/terms.ts'
import { Ago, When } from '../../ui/when.tsx'
import { Mark } from '../mark.tsx'
import { RunbookLink } from '../runbooks/link.tsx'
import { labelsOf, SEVERITY_TONES, SEVERITY_WORDS, SOURCE_WORDS } from './words.ts'

/** What an alert says, since when, who has seen it, and where it says what to do. */
export function AlertHead({ alert }: { readonly alert: Alert }) {
  const { name, severity, summary, labels, value, since, fired, runbook, sources, acknowledged, silencedUntil } = alert
  return (
    <>
      <Mark tone={SEVERITY_TONES[severity]}>
        <strong>{SEVERITY_WORDS[severity]}</strong>: {summary}
      </Mark>
      <Text size="sm" c="dimmed">
        {name}
        {Object.keys(labels).length > 0 && ` {${labelsOf(labels)}}`}
        {value !== undefined && `, measured ${Number(value.toPrecision(4))}`}; since <Ago at={since} />
        {fired !== undefined && (
          <>
            , fires since <Ago at={fired} />
          </>
        )}
        {sources.length > 0 && `; ${sources.map((source) => SOURCE_WORDS[source]).join(' and ')}`}
      </Text>
      {acknowledged !== undefined && (
        <Text size="sm">
          {acknowledged.by} acknowledged it <Ago at={acknowledged.at} />: {acknowledged.reason}
        </Text>
      )}
      {silencedUntil !== undefined && (
        <Text size="sm">
          Silenced until <When at={silencedUntil} />
        </Text>
      )}
      <Text size="sm">
        <RunbookLink of={runbook}>What to do</RunbookLink>
      </Text>
    </>
  )
}
