import { Link } from '@tanstack/react-router'
import type { ProbeState } from '../../../src/operations/health/terms.ts'
import { Fact } from '../../ui/fact.tsx'
import { Ago } from '../../ui/when.tsx'
import { Mark } from '../mark.tsx'
import { seconds } from '../numbers.ts'
import { RunbookLink, runbookOf } from '../runbooks/link.tsx'
import styles from './health.module.css'
import { placeOf, toneOf, wordOf } from './words.ts'

/** One probe; what it is made of opens. */
export function Probe({ probe, all }: { readonly probe: ProbeState; readonly all: readonly ProbeState[] }) {
  const dependents = all.filter(({ needs }) => needs.includes(probe.name))
  const { observed, unit } = probe
  return (
    <li>
      <details id={placeOf(probe.name)} className={styles.probe}>
        <summary>
          <Mark tone={toneOf(probe)}>
            <span className={styles.name}>{probe.name}</span>
          </Mark>
          <span className={styles.says}>
            {wordOf(probe)}
            {probe.says !== undefined && `: ${probe.says}`}
          </span>
          <span className={styles.observed}>
            {observed !== undefined && `${observed}${unit === undefined ? '' : ` ${unit}`}`}
          </span>
        </summary>
        <dl className={styles.facts}>
          <Fact of="Asks">{probe.asks}</Fact>
          {probe.detail !== undefined && <Fact of="In detail">{probe.detail}</Fact>}
          {probe.because !== undefined && (
            <Fact of="Because of">
              <Probes names={[probe.because]} />
            </Fact>
          )}
          <Fact of="Why it matters">{probe.carries}</Fact>
          {probe.needs.length > 0 && (
            <Fact of="Needs">
              <Probes names={probe.needs} />
            </Fact>
          )}
          {dependents.length > 0 && (
            <Fact of="Depend on it">
              <Probes names={dependents.map(({ name }) => name)} />
            </Fact>
          )}
          {probe.since !== undefined && (
            <Fact of="Like this">
              <Ago at={probe.since} />
            </Fact>
          )}
          <Fact of="Asked">
            every {seconds(probe.everySeconds)}
            {probe.asked !== undefined && (
              <>
                , last <Ago at={probe.asked} />
              </>
            )}
            {probe.tookSeconds !== undefined && `, answered in ${seconds(probe.tookSeconds)}`}
            {probe.steady > 1 && `; ${probe.steady} answers in a row change the verdict`}
          </Fact>
          <Fact of="Matters">
            {probe.criticality}:{' '}
            {probe.bears === 'service' ? 'people can’t work without it' : 'people can work meanwhile'}
          </Fact>
          <Fact of="Runbook">
            <RunbookLink of={probe.runbook}>{runbookOf(probe.runbook)}</RunbookLink>
          </Fact>
        </dl>
      </details>
    </li>
  )
}

const Probes = ({ names }: { readonly names: readonly string[] }) =>
  names.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <Link to="/probes" hash={placeOf(name)}>
        {name}
      </Link>
    </span>
  ))
