import { Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { Alert } from '../../../src/operations/alerts/terms.ts'
import { ask } from '../../api/ask.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, textIn } from '../../ui/form.tsx'
import { alerts } from '../queries.ts'

/** Says that somebody sees to it: it goes on firing, and others know by whom it is seen to. */
export function Acknowledge({ alert, close }: { readonly alert: Alert; readonly close: () => void }) {
  const queries = useQueryClient()
  const send = async (entered: FormData) => {
    await ask('POST', `/api/operations/alerts/${alert.id}/acknowledge`, { reason: textIn(entered, 'reason') })
    await queries.invalidateQueries({ queryKey: alerts.queryKey })
    close()
  }
  return (
    <Dialog title="Acknowledge" close={close}>
      <Text mb="md">{alert.summary}</Text>
      <Form send={send} label="Acknowledge">
        <TextInput name="reason" label="What you do about it" required maxLength={500} autoFocus />
      </Form>
    </Dialog>
  )
}
