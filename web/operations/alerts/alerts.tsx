/** What fires, what is about to, what is silenced, and what is over. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Alert } from '../../../src/operations/alerts/terms.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Act } from '../../ui/form.tsx'
import { PageTitle, Section } from '../../ui/layout.tsx'
import { Empty } from '../../ui/states.tsx'
import { Ago } from '../../ui/when.tsx'
import styles from '../overview/overview.module.css'
import { alerts } from '../queries.ts'
import { useShown } from '../shown.ts'
import { Watched } from '../watched.tsx'
import { Acknowledge } from './acknowledge.tsx'
import { AlertHead } from './head.tsx'
import { History } from './history.tsx'
import { NewSilence, Silences } from './silences.tsx'

type Doing = { readonly what: 'acknowledge' | 'silence'; readonly alert: Alert }

const NOT_PERMITTED = 'Operators, security officers and administrators do this.'

export function Alerts() {
  const answer = useQuery(alerts)
  const [doing, setDoing] = useState<Doing>()
  useShown(answer.data !== undefined)
  const close = () => setDoing(undefined)
  return (
    <>
      <PageTitle>Alerts</PageTitle>
      <Watched of={answer} what="the alerts">
        {({ alerts: all, silences, judged, judgedHere }) => (
          <>
            <Text size="sm" c="dimmed" mb="lg">
              {judged === undefined ? (
                'No rule was judged yet.'
              ) : (
                <>
                  Rules were judged <Ago at={judged} />.
                </>
              )}{' '}
              {!judgedHere && 'They are judged by Prometheus, whose Alertmanager tells it here.'}
            </Text>
            <Section title="Firing">
              <List of={all.filter(({ state }) => state === 'firing')} none="No alert fires." start={setDoing} />
            </Section>
            <Section title="Pending">
              <List
                of={all.filter(({ state }) => state === 'pending')}
                none="No alert is about to fire."
                start={setDoing}
              />
            </Section>
            <Silences of={silences} />
          </>
        )}
      </Watched>
      <History />
      {doing?.what === 'acknowledge' && <Acknowledge alert={doing.alert} close={close} />}
      {doing?.what === 'silence' && <NewSilence alert={doing.alert} close={close} />}
    </>
  )
}

interface ListProps {
  readonly of: readonly Alert[]
  readonly none: string
  readonly start: (doing: Doing) => void
}

function List({ of: alerts, none, start }: ListProps) {
  const why = may(useSignedIn(), 'alerts:write') ? undefined : NOT_PERMITTED
  if (alerts.length === 0) return <Empty>{none}</Empty>
  return (
    <ul className={styles.list}>
      {alerts.map((alert) => (
        <li key={alert.id} id={alert.id}>
          <AlertHead alert={alert} />
          <div className={styles.acts}>
            {alert.acknowledged === undefined && (
              <Act size="xs" why={why} onClick={() => start({ what: 'acknowledge', alert })}>
                Acknowledge
              </Act>
            )}
            {alert.silencedUntil === undefined && (
              <Act size="xs" variant="default" why={why} onClick={() => start({ what: 'silence', alert })}>
                Silence
              </Act>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
