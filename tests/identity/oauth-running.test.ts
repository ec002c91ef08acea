/** A backend service at a running OmniCare behind a proxy: https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { signal } from '#foundation/process.ts'
import { omnicare } from '../support/command.ts'
import { type Running, readyHome, startOmniCare, until } from '../support/running.ts'

const PROXIED = {
  OMNICARE_PUBLIC_URL: 'https://emr.example.org',
  OMNICARE_OPERATIONS_PUBLIC_URL: 'https://operations.example.org/',
}
const ISSUER = 'https://operations.example.org/oauth'

describe('a backend service at a running OmniCare', { timeout: 180_000 }, () => {
  test('is registered by a command, gets a token by signing, and goes on by it while planes are started again', async (t) => {
    const home = await readyHome(t)
    const running = await startOmniCare(home, PROXIED)
    const { privateKey, publicKey } = await generateKeyPair('ES384')
    const file = join(home, 'service.jwks')
    writeFileSync(
      file,
      JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES384', use: 'sig' }] }),
    )
    const registered = await omnicare(
      running,
      ...[
        'identity',
        'clients',
        'register',
        'Registry',
        '--jwks-file',
        file,
        '--scopes',
        'system/Patient.rs',
        '--json',
      ],
    )
    const { client } = JSON.parse(registered.out) as { client: { id: string } }
    assert.match((await omnicare(running, 'identity', 'clients')).out, /Registry +private_key_jwt +system\/Patient\.rs/)

    const ask = async (clientId: string) => {
      const assertion = await new SignJWT({ iss: clientId, sub: clientId, aud: `${ISSUER}/token`, jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES384', kid: 'k', typ: 'JWT' })
        .setIssuedAt()
        .setExpirationTime('4m')
        .sign(privateKey)
      return fetch(`${running.run().operations}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope: 'system/Patient.rs',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        }),
      })
    }
    const given = await ask(client.id)
    assert.equal(given.status, 200, await given.clone().text())
    const { access_token: token } = (await given.json()) as { access_token: string }
    const status = async (from: Running) => {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${from.run().hospital}/fhir/R4/Patient`, { headers }).catch(() => undefined)
      return answer?.status
    }
    await until('the token counts', async () => (await status(running)) === 200, 10_000)

    const { hospitalPid } = running.run()
    signal(hospitalPid, 'SIGKILL')
    await until('another hospital serves', () => running.run().hospitalPid !== hospitalPid)
    assert.equal(await status(running), 200)

    assert.match((await omnicare(running, 'identity', 'signing-keys', 'rotate')).out, /Signs from now on/)
    assert.equal(await running.stop(), 0)
    const again = await startOmniCare(home, PROXIED)
    assert.equal(await status(again), 200)
    await until('what it searched is in the trail', async () => {
      const trail = await omnicare(again, 'audit', 'search', '--person', client.id, '--json')
      return /"action":"search"/.test(trail.out)
    })
    await omnicare(again, 'identity', 'clients', 'end', client.id)
    await until('the ended service is refused', async () => (await status(again)) === 401, 60_000)
    const { out: keys } = await omnicare(again, 'identity', 'signing-keys')
    const [, kid = ''] = /^Signs: ([0-9a-f-]{36})\nStill counts: [0-9a-f-]{36}\n$/.exec(keys) ?? []
    const revoked = await omnicare(again, 'identity', 'signing-keys', 'revoke', kid)
    assert.match(revoked.out, /^Signs from now on: /)
    assert.ok(!revoked.out.includes(kid))
    assert.ok(!readFileSync(join(home, 'jwks.json'), 'utf8').includes('"d"'))
  })
})
