/** Small things that say how a procedure is: its state, what was found, when. Said in words, not by colour alone. */
import { Badge } from '@mantine/core'
import {
  FINDINGS,
  type Finding as Found,
  type OccurrenceSummary,
  STATE_WORDS,
  VERDICT_WORDS,
} from '../../../src/operations/procedures/terms.ts'
import styles from './procedures.module.css'

export function State({ of: { state, overdue, signed } }: { readonly of: OccurrenceSummary }) {
  const isWrong = state === 'missed' || (overdue && signed === undefined)
  const late = overdue && state !== 'missed' ? (signed === undefined ? ', overdue' : ', late') : ''
  return (
    <Badge
      variant={isWrong ? 'filled' : 'outline'}
      color={isWrong ? 'red.9' : 'gray'}
      c={isWrong ? 'white' : 'var(--mantine-color-text)'}
      tt="none"
    >
      {STATE_WORDS[state]}
      {late}
    </Badge>
  )
}

/** The zone of a clock such as `2026-11-01T08:00:00-05:00[America/New_York]`. */
export const zoneIn = (clock: string): string => /\[(.+)\]$/.exec(clock)?.[1] ?? 'UTC'

/** A time as the clock of the procedures shows it, wherever the browser is. */
export function At({ at, zone }: { readonly at: string; readonly zone: string }) {
  const form = new Intl.DateTimeFormat(undefined, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  })
  return <time dateTime={at}>{form.format(Date.parse(at))}</time>
}

/** So many lines are shown at once, the rest when it is asked for. */
const SHOWN = 4

interface FindingProps {
  readonly of: Found
  /** Nothing is folded: on paper nobody unfolds it. */
  readonly whole?: boolean
}

export function Finding({ of: { name, verdict, says, lines, more, measures }, whole = false }: FindingProps) {
  const shown = whole ? lines.length : SHOWN
  return (
    <div className={styles.finding} data-verdict={verdict}>
      <strong>
        {FINDINGS[name]}: {VERDICT_WORDS[verdict].toLowerCase()}.
      </strong>{' '}
      {says}
      {measures !== undefined && (
        <ul className={styles.lines}>
          {measures.map(({ name: measure, value, unit, before }) => (
            <li key={measure}>
              {measure}: {value} {unit}
              {before !== undefined && ` (${changeOf(value, before, unit)})`}
            </li>
          ))}
        </ul>
      )}
      <Lines lines={lines.slice(0, shown)} />
      {lines.length > shown && (
        <details>
          <summary>{lines.length - shown + more} more</summary>
          <Lines lines={lines.slice(shown)} />
          {more > 0 && <p className={styles.more}>and {more} more that were not kept</p>}
        </details>
      )}
    </div>
  )
}

const changeOf = (value: number, before: number, unit: string): string =>
  value === before
    ? 'as the time before'
    : `${Math.abs(value - before)} ${unit} ${value > before ? 'more' : 'less'} than the time before`

function Lines({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null
  const seen = new Map<string, number>()
  return (
    <ul className={styles.lines}>
      {lines.map((line) => {
        const times = (seen.get(line) ?? 0) + 1
        seen.set(line, times)
        return <li key={`${line} ${times}`}>{line}</li>
      })}
    </ul>
  )
}
