import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect } from 'node:tls'
import { commandOf, signal } from '#foundation/process.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { believedIn } from '../../src/run-file.ts'
import { filesFor, newCertificate, put, settingsFor } from '../support/certificates.ts'
import { omnicare } from '../support/command.ts'
import {
  freshHome,
  processesIn,
  type Running,
  readyHome,
  refusedStart,
  startOmniCare,
  until,
} from '../support/running.ts'

/** The certificate that a new connection is shown, in PEM. */
async function shownAt(url: string): Promise<string | undefined> {
  const { port } = new URL(url)
  const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const shown = socket.getPeerX509Certificate()?.toString()
  socket.destroy()
  return shown
}

const health = async ({ run }: Running) => {
  const { operations } = run()
  const answer = await openFetch(believedIn(run()))(`${operations}/health`)
  return { status: answer.status, body: (await answer.json()) as { status: string; checks: Record<string, object[]> } }
}
const metric = async ({ ask }: Running, name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await ask('/metrics')).text())?.[1])
const logOf = ({ home }: Running, name: string) => readFileSync(join(home, 'logs', `${name}.log`), 'utf8')

describe('OmniCare with a certificate', () => {
  test('speaks https with clients, between its planes and on the command line, with practice patients too', async (t) => {
    const made = newCertificate(t, { names: 'DNS:emr.example.org' })
    const running = await startOmniCare(await readyHome(t), {
      ...settingsFor(filesFor(t, made)),
      OMNICARE_PRACTICE: 'on',
    })
    const { hospital, operations } = running.run()
    const port = new URL(operations).port
    for (const line of [
      `FHIR R4       https://127.0.0.1:${new URL(hospital).port}/fhir/R4`,
      `Sign in       https://localhost:${port}/sign-in`,
      'Note: The certificate is for emr.example.org, not for localhost: set OMNICARE_OPERATIONS_PUBLIC_URL',
      'curl --cacert ',
    ])
      assert.ok(running.printed().includes(line), `${line}\n—\n${running.printed()}`)
    await until('the practice patients are there', () => running.printed().includes('Accounts to practise with'))
    await until('the hospital is told which tokens count', () => existsSync(join(running.home, 'jwks.json')))

    const smart = await (await running.ask('/fhir/R4/.well-known/smart-configuration')).json()
    assert.equal((smart as { issuer: string }).issuer, `https://localhost:${port}/oauth`)
    const events = await running.ask('/fhir/R4/AuditEvent?_count=1')
    assert.equal(events.status, 200)
    assert.match(await events.text(), new RegExp(`"url":"${hospital}/fhir/R4/AuditEvent`))

    const page = await openFetch(() => [made.cert])(`${operations}/api/session`)
    assert.match(String(page.headers.get('set-cookie')), /^__Host-omnicare[^;]*;.*; Secure/)
    assert.equal(page.headers.get('strict-transport-security'), 'max-age=31536000')

    await until('all is well', async () => (await health(running)).body.status === 'pass')
    await until('the command line says so', async () => {
      const { exit, out } = await omnicare(running, 'status')
      return exit === 0 && /tls:certificate\s+pass/.test(out)
    })
    assert.equal((await omnicare(running, 'audit', 'count', '--since', '24h')).exit, 0)
    const bundle = join(running.home, 'ward.json')
    const entry = [
      { resource: { resourceType: 'Basic', code: { text: 'x' } }, request: { method: 'POST', url: 'Basic' } },
    ]
    writeFileSync(bundle, JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }))
    const imported = await omnicare(running, 'import', bundle)
    assert.equal(imported.exit, 0, imported.out + imported.err)
    assert.equal(await running.stop(), 0)
  })

  test('takes another one without a restart, and keeps it while what comes next can not be served', async (t) => {
    const first = newCertificate(t)
    const files = filesFor(t, first)
    const running = await startOmniCare(await readyHome(t), { ...settingsFor(files), OMNICARE_WORKERS: '2' })
    await until('there is a second copy', () => existsSync(join(running.home, 'logs/hospital-2.log')))
    const { hospital, operations, pid, hospitalPid } = running.run()
    const planes = [hospital, operations]

    let done = false
    let answered = 0
    const load = Promise.all(
      Array.from({ length: 3 }, async () => {
        // A hundred and more connections, made anew each time: every copy is asked.
        while (!done) {
          const answer = await running.ask('/fhir/R4/AuditEvent?_count=1', { headers: { connection: 'close' } })
          assert.equal(answer.status, 200)
          await answer.arrayBuffer()
          answered++
        }
      }),
    )
    const second = newCertificate(t)
    put(files, second)
    // Four in a row: connections go to the copies in turn.
    for (const url of planes)
      await until(`${url} shows it`, async () => {
        for (let n = 0; n < 4; n++) if ((await shownAt(url)) !== second.cert) return false
        return true
      })
    done = true
    await load
    t.diagnostic(`${answered} requests, relayed to operations, answered while the certificate was exchanged`)
    assert.equal(running.run().tls?.served[0], second.cert)

    put(files, { cert: newCertificate(t).cert, key: second.key })
    await until('it is said', async () =>
      JSON.stringify((await health(running)).body.checks['tls:certificate']).includes('warn'),
    )
    await until('both copies refuse it', async () =>
      ['hospital-1', 'hospital-2'].every((name) => logOf(running, name).includes('can not be served')),
    )
    for (const url of planes) assert.equal(await shownAt(url), second.cert)
    assert.equal(await metric(running, 'omnicare_tls_files_refused'), 1)
    const ends = await metric(running, 'omnicare_tls_certificate_not_after_seconds')
    assert.ok(Math.abs(ends * 1000 - Date.now() - 90 * 86_400_000) < 3_600_000, `${ends}`)
    const warned = /tls:certificate\s+warn {2}The changed certificate files can't be served: the log says why/
    // On a busy machine a plane may not answer within the five seconds that the command waits.
    await until('the command line says so', async () => warned.test((await omnicare(running, 'status')).out))

    signal(hospitalPid, 'SIGKILL')
    await until('another hospital serves what the former did', async () => {
      const { hospitalPid: now } = running.run()
      return now !== hospitalPid && (await shownAt(hospital).catch(() => undefined)) === second.cert
    })
    assert.equal(await metric(running, 'omnicare_tls_files_refused'), 1)
    const { hospitalPid: another } = running.run()
    await until('both copies serve again', () =>
      ['hospital-1', 'hospital-2'].every((name) => logOf(running, name).includes('from before the restart is')),
    )
    // What is in an environment can be read there by others, and is passed on.
    const planesNow = processesIn(running.home).filter((id) => /(operate|serve)\.ts/.test(commandOf(id) ?? ''))
    assert.equal(planesNow.length, 4)
    for (const id of planesNow) assert.doesNotMatch(readFileSync(`/proc/${id}/environ`, 'utf8'), /PRIVATE KEY/)

    put(files, second)
    await until('all is well', async () => (await health(running)).body.status === 'pass')
    // No terminal: SIGHUP asks to read again, and ends nobody.
    signal(pid, 'SIGHUP')
    for (const name of ['operations', 'hospital-1', 'hospital-2'])
      await until(`${name} has read again`, () => logOf(running, name).includes('are read again'))
    assert.ok(commandOf(pid)?.includes('operate.ts') && commandOf(another)?.includes('serve.ts'))
    assert.equal(await running.stop(), 0)
  })

  test('does not start with one that can not be served, and says why in a line', async (t) => {
    const home = freshHome(t)
    const files = filesFor(t, newCertificate(t))
    const { OMNICARE_TLS_CERTIFICATE } = settingsFor(files)
    const half = await refusedStart(home, { OMNICARE_TLS_CERTIFICATE })
    assert.equal(half.status, 2)
    assert.match(
      half.said,
      /^omnicare: TLS needs a certificate and its key, and OMNICARE_TLS_KEY is not set\.\n[^\n]+\n$/,
    )
    writeFileSync(files.key, newCertificate(t).key)
    const wrong = await refusedStart(home, settingsFor(files))
    assert.equal(wrong.status, 2)
    assert.match(wrong.said, /^omnicare: The key in \S+ is not that of the first certificate in \S+\.\n[^\n]+\n$/)
    assert.ok(!existsSync(join(home, 'postgres/record/data')))
  })
})
