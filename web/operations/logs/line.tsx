import { Link } from '@tanstack/react-router'
import type { LogLevel, LogLine } from '../../../src/operations/logs/terms.ts'
import { Fact } from '../../ui/fact.tsx'
import { Mark, type Tone } from '../mark.tsx'
import styles from './logs.module.css'

const TONES: Readonly<Record<LogLevel, Tone>> = {
  debug: 'unknown',
  info: 'well',
  warn: 'care',
  error: 'bad',
  fatal: 'bad',
}

const clock = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

/** A line; whatever else was logged with it opens. */
export function Line({ line: { at, level, log, message, request, code, error, facts } }: { readonly line: LogLine }) {
  return (
    <li>
      <details>
        <summary className={styles.line}>
          <time dateTime={at}>{clock.format(Date.parse(at))}</time>
          <Mark tone={TONES[level]}>{level}</Mark>
          <span className={styles.log}>{log}</span>
          <span className={styles.message}>
            {message}
            {error !== undefined && `: ${error.message}`}
          </span>
        </summary>
        <dl className={styles.facts}>
          {code !== undefined && <Fact of="Code">{code}</Fact>}
          {request !== undefined && (
            <Fact of="Request">
              <Link to="/logs" search={{ request }}>
                {request}
              </Link>
            </Fact>
          )}
          {error !== undefined && (
            <Fact of={error.type}>
              {error.message}
              {error.places.length > 0 && <pre className={styles.places}>{error.places.join('\n')}</pre>}
            </Fact>
          )}
          {Object.entries(facts).map(([name, value]) => (
            <Fact key={name} of={name}>
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </Fact>
          ))}
          <Fact of="Written">{at}</Fact>
        </dl>
      </details>
    </li>
  )
}
