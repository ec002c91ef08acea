/** The hospital's own address of AuditEvents, which it passes on to operations. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openBrowser } from '../support/door.ts'
import { startHospital } from '../support/hospital.ts'
import { readyHome, startOmniCare, until } from '../support/running.ts'

interface Outcome {
  readonly resourceType: string
  readonly issue: readonly { readonly code: string; readonly diagnostics: string }[]
}
interface Event {
  readonly id: string
  readonly agent: readonly { readonly network?: { readonly address: string } }[]
  readonly entity: readonly { readonly what?: { readonly identifier?: { readonly value: string } } }[]
}
interface Bundle {
  readonly link: readonly { readonly url: string }[]
  readonly entry?: readonly { readonly fullUrl: string; readonly resource: Event }[]
}

const PATH = '/fhir/R4/AuditEvent'

describe('AuditEvents at the hospital', { timeout: 240_000 }, () => {
  test('are those of operations, by the address and the request of whoever asks', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    const { ask, send, run } = running
    const events = async (query: string, init?: RequestInit): Promise<Bundle> => {
      const answer = await ask(`${PATH}?${query}`, init)
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await answer.json()) as Bundle
    }
    await events('patient=7', { headers: { 'x-request-id': 'the-first-question', 'user-agent': 'ward-app/3' } })
    let first: Event | undefined
    await until('the question is in the trail', async () => {
      const { entry = [], link } = await events('subtype=search&agent=administrator')
      assert.ok(link[0]?.url.startsWith(`${run().hospital}${PATH}`))
      first = entry.find(({ resource }) =>
        resource.entity.some(({ what }) => what?.identifier?.value === 'the-first-question'),
      )?.resource
      return first !== undefined
    })
    assert.equal(first?.agent[1]?.network?.address, '127.0.0.1')
    assert.match(JSON.stringify(first?.agent), /ward-app\/3/)
    assert.deepEqual(await (await ask(`${PATH}/${first?.id}`)).json(), first)
    const posted = await ask(`${PATH}/_search`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `_id=${first?.id}`,
    })
    assert.equal(((await posted.json()) as Bundle).entry?.length, 1)
    const refused = await ask(`${PATH}?date=yesterday`)
    assert.deepEqual([refused.status, ((await refused.json()) as Outcome).resourceType], [400, 'OperationOutcome'])
    assert.equal((await ask(`${PATH}/nonsense`)).status, 404)

    const audit = { resourceType: 'AuditEvent' }
    const created = await send('POST', PATH, audit)
    assert.equal(created.status, 405)
    assert.match(((await created.json()) as Outcome).issue[0]?.diagnostics as string, /written by OmniCare itself/)
    for (const request of [
      { method: 'POST', url: 'AuditEvent' },
      { method: 'PUT', url: 'AuditEvent/1' },
      { method: 'GET', url: 'AuditEvent?patient=7' },
    ]) {
      const bundle = { resourceType: 'Bundle', entry: [{ request, resource: audit }] }
      assert.equal((await send('POST', '/fhir/R4', { ...bundle, type: 'transaction' })).status, 403)
      const batch = await send('POST', '/fhir/R4', { ...bundle, type: 'batch' })
      assert.match(await batch.text(), /"status":"403.*not within a Bundle/)
    }

    process.kill(run().pid, 'SIGSTOP')
    try {
      const began = performance.now()
      const away = await ask(PATH)
      assert.equal(away.status, 503)
      assert.equal(away.headers.get('retry-after'), '2')
      const [issue] = ((await away.json()) as Outcome).issue
      assert.deepEqual(
        [issue?.code, /operations, which keeps it/.test(issue?.diagnostics as string)],
        ['transient', true],
      )
      t.diagnostic(
        `said so after ${((performance.now() - began) / 1000).toFixed(1)} s of an operations that stood still`,
      )
      assert.equal((await ask('/fhir/R4/Patient?_count=1')).status, 200)
    } finally {
      process.kill(run().pid, 'SIGCONT')
    }
    await events('_count=1')
    assert.equal(await running.stop(), 0)
  })

  test('are read by a security officer’s own token, not by a nurse’s, and both questions are in the trail', async (t) => {
    const running = await startOmniCare(await readyHome(t), { OMNICARE_PRACTICE: 'on' })
    const passwords = () =>
      new Map([...running.printed().matchAll(/^ {2}practice-([\w-]+) +([\w-]{29})$/gm)].map((one) => [one[1], one[2]]))
    await until('the accounts are printed', () => passwords().size === 11)
    const tokenOf = async (role: string): Promise<string> => {
      const browser = openBrowser(running.run().operations)
      const entered = { userName: `practice-${role}`, password: passwords().get(role) }
      const { is } = (await browser.ask('POST', '/api/session/password', entered)).body
      if (is === 'enrol') await browser.ask('POST', '/api/session/enrol/skip')
      return (await browser.ask('GET', '/api/session/token')).body.accessToken
    }
    const asked = async (token: string, path: string) => {
      const answer = await fetch(`${running.run().hospital}${path}`, { headers: { authorization: `Bearer ${token}` } })
      return { status: answer.status, body: (await answer.json()) as Bundle }
    }
    const [officer, nurse] = [await tokenOf('security-officer'), await tokenOf('nurse')]
    const own = { status: (await asked(nurse, PATH)).status, one: (await asked(nurse, `${PATH}/x`)).status }
    assert.deepEqual(own, { status: 403, one: 403 })
    await until('the officer finds what the nurse was refused', async () => {
      const { status, body } = await asked(officer, `${PATH}?subtype=search&outcome=4`)
      assert.equal(status, 200, JSON.stringify(body))
      return (body.entry ?? []).some(({ resource }) => JSON.stringify(resource.agent).includes('practice-nurse'))
    })
    await until('and what was asked by themselves', async () => {
      const { body } = await asked(officer, `${PATH}?subtype=search&outcome=0`)
      const [found] = body.entry ?? []
      if (!JSON.stringify(found?.resource.agent).includes('practice-security-officer')) return false
      assert.equal((await asked(officer, `${PATH}/${found?.resource.id}`)).status, 200)
      return true
    })
    assert.equal(await running.stop(), 0)
  })

  test('are away, and nothing else is, where there is no operations', async (t) => {
    const { base, token } = await startHospital(t)
    const headers = { authorization: `Bearer ${token}` }
    assert.equal((await fetch(`${base}/AuditEvent`, { headers })).status, 503)
    assert.equal((await fetch(`${base}/AuditEvent`)).status, 401)
    assert.equal((await fetch(`${base}/Patient`, { headers })).status, 200)
  })
})
