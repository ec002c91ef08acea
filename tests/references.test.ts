/** OMNICARE_REFERENCES=enforce: https://hl7.org/fhir/R4/http.html#integrity */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf, refusalIn } from './support/client.ts'
import { startHospital } from './support/hospital.ts'

test('references are enforced for what is stored, not for what is deleted, as docs/settings.md says', async (t) => {
  const send = clientOf(await startHospital(t, { references: 'enforce' }))
  const about = (id: string) => ({
    resourceType: 'Basic',
    id: 'note',
    code: { text: 'note' },
    subject: { reference: `Patient/${id}` },
  })
  await send('PUT', 'Patient/there', { resourceType: 'Patient', id: 'there' })
  assert.equal(refusalIn(await send('PUT', 'Basic/note', about('nowhere'))), 'record/unknown-reference')
  assert.equal((await send('PUT', 'Basic/note', about('there'))).status, 201)
  assert.equal((await send('DELETE', 'Patient/there')).status, 204)
  assert.equal((await send('GET', 'Basic/note')).status, 200)
  assert.equal(refusalIn(await send('PUT', 'Basic/note', about('there'))), 'record/unknown-reference')
})
