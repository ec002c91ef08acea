import { NativeSelect, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Alert, Silence } from '../../../src/operations/alerts/terms.ts'
import { ask } from '../../api/ask.ts'
import { may } from '../../api/session.ts'
import { useSignedIn } from '../../inside.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Act, Form, textIn } from '../../ui/form.tsx'
import { Section } from '../../ui/layout.tsx'
import { Failure } from '../../ui/states.tsx'
import { Rows } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { alerts } from '../queries.ts'
import { labelsOf } from './words.ts'

export function Silences({ of: silences }: { readonly of: readonly Silence[] }) {
  const queries = useQueryClient()
  const mayEnd = may(useSignedIn(), 'alerts:write')
  const end = useMutation({
    mutationFn: (id: string) => ask('POST', `/api/operations/alerts/silences/${id}/end`),
    onSettled: () => queries.invalidateQueries({ queryKey: alerts.queryKey }),
  })
  return (
    <Section title="Silences">
      <Failure error={end.error} />
      <Rows
        caption="Silences"
        rows={silences}
        keyOf={({ id }) => id}
        none="Nothing is silenced."
        columns={[
          { title: 'Silenced is', show: ({ labels }) => labelsOf(labels) },
          { title: 'Until', show: ({ until }) => <When at={until} /> },
          { title: 'By', show: ({ by, reason }) => `${by}: ${reason}` },
          {
            title: '',
            show: ({ id }) =>
              mayEnd && (
                <Act size="xs" variant="default" onClick={() => end.mutate(id)}>
                  End
                </Act>
              ),
          },
        ]}
      />
    </Section>
  )
}

const HOUR_MS = 3_600_000
const HOURS = [1, 2, 4, 8, 24] as const

/** Nobody is told of the alert for a while; it is shown all the same. */
export function NewSilence({ alert, close }: { readonly alert: Alert; readonly close: () => void }) {
  const queries = useQueryClient()
  const labels = { alertname: alert.name, ...alert.labels }
  const send = async (entered: FormData) => {
    const until = new Date(Date.now() + Number(textIn(entered, 'hours')) * HOUR_MS).toISOString()
    await ask('POST', '/api/operations/alerts/silences', { labels, until, reason: textIn(entered, 'reason') })
    await queries.invalidateQueries({ queryKey: alerts.queryKey })
    close()
  }
  return (
    <Dialog title="Silence" close={close}>
      <Text mb="md">Nobody is told of what has {labelsOf(labels)} for a while. It is shown here all the same.</Text>
      <Form send={send} label="Silence">
        <NativeSelect
          name="hours"
          label="For"
          data={HOURS.map((hours) => ({ value: String(hours), label: hours === 1 ? 'an hour' : `${hours} hours` }))}
        />
        <TextInput name="reason" label="Why" required maxLength={500} />
      </Form>
    </Dialog>
  )
}
