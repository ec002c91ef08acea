import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readyHome, startOmniCare } from '../support/running.ts'

const NAME = 'Zyxwvutka'

describe('the logs', () => {
  test('hold no patient data, in whatever bad way they are sent', async (t) => {
    const home = await readyHome(t)
    const running = await startOmniCare(home, { OMNICARE_LOG_LEVEL: 'debug' })
    const { ask, send } = running
    const json = { 'content-type': 'application/fhir+json' }
    const good = { resourceType: 'Patient', id: 'p1', name: [{ family: NAME }] }
    const post = (body: string | Buffer, headers: Record<string, string> = json) =>
      ask('/fhir/R4/Patient', { method: 'POST', body, headers })
    const bad: (() => Promise<Response>)[] = [
      () => send('PUT', '/fhir/R4/Patient/p1', good),
      () => send('PUT', '/fhir/R4/Patient/p1', good, { 'if-match': 'W/"9"' }),
      () => send('PUT', '/fhir/R4/Patient/p2', good),
      () => send('POST', '/fhir/R4/Patient', { ...good, gender: NAME, [NAME]: NAME, birthDate: NAME }),
      () => send('POST', `/fhir/R4/Patient?${NAME}`, good, { 'if-none-exist': `name=${NAME}&${NAME}=x` }),
      () => send('POST', '/fhir/R4/Observation', { ...good, resourceType: 'Observation', effectiveDateTime: NAME }),
      () =>
        send('POST', '/fhir/R4', {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: good, request: { method: NAME, url: NAME } }],
        }),
      () => send('POST', '/fhir/R4', { resourceType: 'Bundle', type: NAME }, { 'idempotency-key': NAME }),
      () =>
        send('PATCH', '/fhir/R4/Patient/p1', [{ op: 'test', path: `/${NAME}`, value: NAME }], {
          'content-type': 'application/json-patch+json',
        }),
      () => post(`{"resourceType":"Patient","name":[{"family":"${NAME}"`),
      () => post(`${NAME}`),
      () => post(Buffer.from(`{"resourceType":"Patient","name":[{"family":"${NAME}\\u0000\xff"}]}`, 'latin1')),
      () => post(`{"resourceType":"Patient","name":[{"family":"${NAME}\\u0000"}]}`),
      () => post(NAME, { 'content-type': `text/${NAME}` }),
      () => post(JSON.stringify(good), { ...json, 'content-encoding': 'gzip' }),
      ...[
        `Patient?name=${NAME}`,
        `Patient?${NAME}=1`,
        `Patient?birthdate=${NAME}`,
        `Patient?_sort=${NAME}`,
        `Patient?_count=${NAME}`,
        `Patient?name=%00${NAME}`,
        `Patient?name=%ff${NAME}`,
        `Patient/${NAME}`,
        `Patient/${NAME}_`,
        `${NAME}/1`,
        `Patient/p1/_history/${NAME}`,
        `Patient/p1/_history?_since=${NAME}`,
        `Patient/p1/$${NAME}`,
      ].map((path) => () => ask(`/fhir/R4/${path}`)),
      () => ask(`/${NAME}`),
      () =>
        fetch(`${running.run().hospital}/fhir/R4/Patient/${NAME}`, {
          headers: { authorization: `Bearer ${NAME}`, 'x-request-id': `${NAME} ${NAME}` },
        }),
      () => fetch(`${running.run().operations}/${NAME}`),
    ]
    const statuses = new Set<number>()
    for (const [number, ask] of bad.entries()) {
      const { status } = await ask()
      statuses.add(status)
      assert.ok(status < 500, `${status} for request ${number}`)
    }
    assert.ok(
      [201, 400, 401, 404, 412].every((status) => statuses.has(status)),
      [...statuses].join(),
    )
    // A connection that dies with a statement on it is told by the server too.
    await running.kill()
    const again = await startOmniCare(home, { OMNICARE_LOG_LEVEL: 'debug' })
    assert.equal(await again.stop(), 0)

    const files = globSync(['logs/**', 'postgres/*/*.log', 'postgres/*/data/log/**'], { cwd: home }).filter((file) =>
      /\.log/.test(file),
    )
    assert.ok(files.includes('logs/hospital.log') && files.includes('logs/operations.log'))
    for (const file of files) {
      const text = readFileSync(join(home, file), 'utf8')
      assert.doesNotMatch(text, new RegExp(NAME, 'i'), file)
      for (const line of text.trimEnd().split('\n')) {
        const { '@timestamp': time, 'log.level': level, message } = JSON.parse(line)
        assert.ok(time && level && message, line)
      }
    }
    assert.doesNotMatch(running.printed() + again.printed(), new RegExp(NAME, 'i'))
  })
})
