import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { freshHome, type Running, readyHome, refusedStart, startOmniCare, until } from '../support/running.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('the first start and the second', () => {
  test('bring a hospital that answers, and show the token once', async (t) => {
    const home = freshHome(t)
    const first = await startOmniCare(home)
    const { hospital, operations } = first.run()
    for (const url of [hospital, operations])
      for (const path of ['/health', '/health/live', '/health/ready'])
        assert.equal((await fetch(url + path)).status, 200, `${url}${path}`)
    assert.ok(first.printed().includes(first.token))

    const passable = process.getuid?.() === 0 ? '711' : '700'
    assert.deepEqual(
      ['', 'postgres'].map((folder) => mode(join(home, folder))),
      [passable, passable],
    )
    assert.deepEqual(
      ['logs', 'postgres/record', 'postgres/control'].map((folder) => mode(join(home, folder))),
      ['700', '700', '700'],
    )
    assert.deepEqual(
      ['admin-token', 'run.json', 'logs/operations.log', 'logs/hospital.log'].map((file) => mode(join(home, file))),
      ['600', '600', '600', '600'],
    )

    assert.equal(await first.stop(), 0)
    assert.ok(!existsSync(join(home, 'run.json')))

    const startAgain = async ({ home, token }: Running): Promise<number> => {
      const began = performance.now()
      const second = await startOmniCare(home)
      assert.equal((await second.ask('/health/ready')).status, 200)
      const seconds = (performance.now() - began) / 1000
      t.diagnostic(`the second start took ${seconds.toFixed(2)} s`)
      assert.equal(second.token, token)
      assert.ok(!second.printed().includes(token))
      assert.equal(await second.stop(), 0)
      return seconds
    }
    let seconds = await startAgain(first)
    // A second start that is too slow is so in every home; one that a busy machine holds up isn't.
    for (let tries = 1; seconds >= 5 && tries < 3; tries++) {
      const another = await startOmniCare(await readyHome(t))
      assert.equal(await another.stop(), 0)
      seconds = await startAgain(another)
    }
    assert.ok(seconds < 5, `${seconds} s`)
  })

  test('give metrics of both planes to those with the token only', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    for (const url of Object.values(running.run()).filter((value) => typeof value === 'string')) {
      assert.equal((await fetch(`${url}/metrics`)).status, 401)
      const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${running.token}` } })
      assert.equal(answer.status, 200)
      assert.match(await answer.text(), /^process_cpu_seconds_total \d/m)
    }
    assert.equal(await running.stop(), 0)
  })
})

describe('the hospital', () => {
  test('is not given the keys of the ledger', async (t) => {
    const home = await readyHome(t)
    const key = Buffer.alloc(32, 7).toString('base64')
    const running = await startOmniCare(home, { OMNICARE_AUDIT_KEY: key })
    const environment = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8')
    assert.ok(environment(running.run().pid).includes(key))
    assert.ok(!environment(running.run().hospitalPid).includes(key))
    assert.ok(!existsSync(join(home, 'audit-key')))
    assert.equal(await running.stop(), 0)
  })
})

describe('a start with mistaken settings', () => {
  test('tells all mistakes at once, those of the file too, and repeats no value', async (t) => {
    const home = freshHome(t)
    const config = join(home, 'omnicare.config.json')
    writeFileSync(
      config,
      '{"OMNICARE_WORKERS": 0, "OMNICARE_PROT": 1, "OMNICARE_HOST": true, "OMNICARE_RECORD_URL": "postgres://u:pw@h/d"}',
    )
    chmodSync(config, 0o644)
    const { status, said } = await refusedStart(home, {
      OMNICARE_CONFIG: config,
      OMNICARE_LOG_LEVEL: 'verbose',
      OMNICARE_PORTT: '1',
    })
    assert.equal(status, 2)
    for (const mistake of [
      'OMNICARE_WORKERS must be a whole number from 1 to 64 (omnicare.config.json)',
      'OMNICARE_PROT is no setting; did you mean OMNICARE_PORT? (omnicare.config.json)',
      'OMNICARE_HOST must be a text or a number (omnicare.config.json)',
      'OMNICARE_RECORD_URL is secret, and everybody may read omnicare.config.json: chmod 600',
      'OMNICARE_LOG_LEVEL must be one of debug, info, warn, error',
      'OMNICARE_PORTT is no setting; did you mean OMNICARE_PORT?',
      'docs/settings.md',
    ])
      assert.ok(said.includes(mistake), `${mistake}\n—\n${said}`)
    assert.doesNotMatch(said, /verbose|pw|postgres:/)
  })

  test('takes no arguments but --help', async (t) => {
    const home = freshHome(t)
    assert.equal((await refusedStart(home, {}, ['--help'])).status, 0)
    const { status, said } = await refusedStart(home, {}, ['--port=80'])
    assert.equal(status, 2)
    assert.match(said, /--help/)
  })
})

describe('the file of settings', () => {
  test('reaches operations and the hospital, and gives way to the environment', async (t) => {
    const home = await readyHome(t)
    const config = join(home, 'settings.json')
    writeFileSync(config, '{"OMNICARE_WORKERS": 2, "OMNICARE_BODY_LIMIT": 1, "OMNICARE_PRACTICE": "on"}')
    const running = await startOmniCare(home, { OMNICARE_CONFIG: config })
    // OmniCare runs once the first copy serves.
    await until('there is a second copy', () => existsSync(join(home, 'logs/hospital-2.log')))
    const answer = await running.ask('/fhir/R4/Binary', {
      method: 'POST',
      body: Buffer.alloc(2 * 1024 * 1024),
      headers: { 'content-type': 'application/octet-stream' },
    })
    assert.equal(answer.status, 413)
    assert.doesNotMatch(running.printed(), /practice patients/)
    assert.equal(await running.stop(), 0)
  })
})

describe('a start that can not be', () => {
  // It was found out when the databases ran already, and which setting to change was not said.
  test('names each port that is taken and its setting, before anything is started', async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => void other.close())
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)
    const home = freshHome(t)
    const refused = async (env: Record<string, string>) => {
      const { status, said } = await refusedStart(home, env)
      assert.equal(status, 2)
      assert.ok(!existsSync(join(home, 'postgres/record')), 'a database was made')
      assert.ok(!existsSync(join(home, 'admin-token')), 'a token was made, which nobody saw')
      return said
    }
    for (const setting of ['OMNICARE_PORT', 'OMNICARE_OPERATIONS_PORT'])
      for (const OMNICARE_WORKERS of ['1', '2'])
        assert.equal(
          await refused({ [setting]: port, OMNICARE_WORKERS }),
          `omnicare: On 127.0.0.1 port ${port} (${setting}) is taken.\nStop what listens there, or set ${setting} to another port.\n`,
        )
    assert.match(
      await refused({ OMNICARE_PORT: port, OMNICARE_OPERATIONS_PORT: port }),
      /\(OMNICARE_PORT\) is taken, port \d+ \(OMNICARE_OPERATIONS_PORT\) is that of OMNICARE_PORT too\.\n.*set OMNICARE_PORT and/,
    )
  })

  test('says that the address is none of this machine', async (t) => {
    const env = { OMNICARE_HOST: '192.0.2.1', OMNICARE_PORT: '18080' }
    const { status, said } = await refusedStart(freshHome(t), env)
    assert.equal(status, 2)
    assert.match(said, /^omnicare: Nothing can listen on 192\.0\.2\.1: .*EADDRNOTAVAIL\.\nSet OMNICARE_HOST [^\n]+\n$/)
  })

  test('says in a line that the record does not answer, and to try again', async (t) => {
    const home = freshHome(t)
    for (const url of ['postgresql://u:secret@127.0.0.1:1/d', 'postgresql://u:secret@nowhere.invalid/d']) {
      const { status, said } = await refusedStart(home, { OMNICARE_RECORD_URL: url })
      assert.equal(status, 75)
      assert.match(said, /^omnicare: The record database does not answer\.\n[^\n]+\n$/)
      assert.doesNotMatch(said, /secret/)
    }
  })

  test('names the one that already runs in this home', async (t) => {
    const running = await startOmniCare(await readyHome(t))
    const { status, said } = await refusedStart(running.home)
    assert.equal(status, 2)
    assert.match(said, new RegExp(`already runs in .*process ${running.run().pid}, ${running.run().operations}/health`))
    assert.equal((await running.ask('/health/ready')).status, 200)
    assert.equal(await running.stop(), 0)
  })

  test('takes over from a run whose number now belongs to somebody else', async (t) => {
    const home = await readyHome(t)
    mkdirSync(home, { recursive: true })
    const stale = {
      pid: process.pid,
      hospitalPid: process.pid,
      hospital: 'http://127.0.0.1:1',
      operations: 'http://127.0.0.1:1',
    }
    writeFileSync(join(home, 'run.json'), JSON.stringify(stale))
    const running = await startOmniCare(home)
    assert.notEqual(JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')).pid, process.pid)
    assert.equal(await running.stop(), 0)
  })
})
