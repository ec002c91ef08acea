import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { unprivilegedUser } from '#foundation/embedded/user.ts'
import { freshHome, processesIn, readyHome, refusedStart, startOmniCare } from '../support/running.ts'
import { allKnowWhetherFull, leaveFree, makeRoom, smallDisk } from '../support/small-disk.ts'

/** One line that says what is wrong, one that says what to do; nothing is left running. */
async function refusal(home: string, env: Record<string, string> = {}) {
  const { status, said } = await refusedStart(home, env)
  assert.match(said, /^omnicare: [^\n]+\n[^\n]+\n$/)
  assert.deepEqual(processesIn(home), [])
  return { status, said: said.split('\n')[0] }
}

describe('an embedded database refuses to start', () => {
  test('on the data of another PostgreSQL, and leaves them as they are', async (t) => {
    const home = await readyHome(t)
    assert.equal(await (await startOmniCare(home)).stop(), 0)
    const file = join(home, 'postgres/record/data/PG_VERSION')
    const [needed] = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, '17\n')
    const { status, said } = await refusal(home)
    assert.equal(status, 2)
    assert.equal(
      said,
      `omnicare: ${home}/postgres/record/data was written by PostgreSQL 17; this OmniCare has PostgreSQL ${needed}.`,
    )
    writeFileSync(file, `${needed}\n`)
    assert.equal(await (await startOmniCare(home)).stop(), 0)
  })

  test('on data that another OmniCare uses, which goes on undisturbed', async (t) => {
    const home = await readyHome(t)
    const running = await startOmniCare(home)
    // As when run.json was lost: the servers themselves must be recognised.
    const run = readFileSync(join(home, 'run.json'), 'utf8')
    rmSync(join(home, 'run.json'))
    const { status, said } = await refusedStart(home)
    assert.equal(status, 2)
    assert.match(said, new RegExp(`is in use by process ${JSON.parse(run).pid}\\.\n`))
    writeFileSync(join(home, 'run.json'), run)
    assert.equal((await running.ask('/health/ready')).status, 200)
    assert.equal(await running.stop(), 0)
  })

  test('on a disk that is full', { skip: smallDisk.cannot }, async (t) => {
    const home = smallDisk(t, 40)
    const { status, said } = await refusal(home)
    assert.equal(status, 75)
    assert.match(
      said ?? '',
      /^omnicare: The disk of .*postgres\/(record|control) is full: \d+ MiB are free, 64 MiB are needed\.$/,
    )
  })

  test('where its user can not come', {
    skip: unprivilegedUser() === undefined && 'only root starts servers as another user',
  }, async (t) => {
    const closed = freshHome(t)
    const home = join(closed, 'home')
    mkdirSync(home)
    chmodSync(closed, 0o700)
    const { status, said } = await refusal(home)
    assert.equal(status, 2)
    assert.match(
      said ?? '',
      /^omnicare: The user that PostgreSQL runs as can't reach .*\/home\/postgres\/(record|control)\.$/,
    )
  })

  test('only when no folder has a path short enough for its socket', async (t) => {
    const home = join(freshHome(t), 'a-folder-with-a-long-name'.repeat(5))
    mkdirSync(home)
    const running = await startOmniCare(home)
    assert.equal((await running.ask('/health/ready')).status, 200)
    await running.kill()
    const again = await startOmniCare(home)
    assert.equal(await again.stop(), 0)
    const { status, said } = await refusal(home, { TMPDIR: home })
    assert.equal(status, 2)
    assert.match(said ?? '', /is too long for a unix socket/)
    assert.ok(existsSync(join(home, 'postgres/record/data/PG_VERSION')))
  })
})

describe('a start that is refused late', () => {
  test('when the hospital serves already, ends everything that it had started', async (t) => {
    const { status, said } = await refusal(freshHome(t), { OMNICARE_PASSWORD_BREACHED: '/nowhere' })
    assert.equal(status, 2)
    assert.equal(said, "omnicare: The file of breached passwords can't be read: /nowhere.")
  })
})

describe('a disk that fills up while writing', () => {
  test('lets nothing be changed and nothing be read, until there is room again', {
    skip: smallDisk.cannot,
  }, async (t) => {
    const home = smallDisk(t, 600)
    const running = await startOmniCare(home)
    const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family }] })
    const made = (await (await running.send('POST', '/fhir/R4/Patient', patient('first'))).json()) as { id: string }

    leaveFree(home, 60)
    const acknowledged: string[] = []
    let refused: Response
    for (;;) {
      refused = await running.send('POST', '/fhir/R4/Patient', patient('more'))
      if (refused.status !== 201) break
      acknowledged.push(((await refused.json()) as { id: string }).id)
    }
    assert.equal(refused.status, 503)
    const outcome = (await refused.json()) as { issue: [{ details: { coding: [{ code: string }] } }] }
    assert.equal(outcome.issue[0].details.coding[0].code, 'database/no-space')
    await allKnowWhetherFull(home, true)
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ['x', 'y'].map((family) => ({ resource: patient(family), request: { method: 'POST', url: 'Patient' } })),
    }
    for (const [method, path, body] of [
      ['PUT', `/fhir/R4/Patient/${made.id}`, { ...patient('changed'), id: made.id }],
      ['PUT', '/fhir/R4/Patient/new', { ...patient('new'), id: 'new' }],
      ['POST', '/fhir/R4', bundle],
    ] as const) {
      const answer = await running.send(method, path, body)
      assert.equal(answer.status, 503)
      assert.match(await answer.text(), /database\/no-space/)
    }
    // What can't be written down isn't read either: tests/audit/fail-closed.test.ts.
    assert.equal((await running.ask(`/fhir/R4/Patient/${made.id}`)).status, 503)

    makeRoom(home)
    await allKnowWhetherFull(home, false)
    assert.equal((await running.send('POST', '/fhir/R4/Patient', patient('last'))).status, 201)
    const found = (await (await running.ask('/fhir/R4/Patient?_summary=count')).json()) as { total: number }
    assert.equal(found.total, 1 + acknowledged.length + 1)
    const { meta } = (await (await running.ask(`/fhir/R4/Patient/${made.id}`)).json()) as {
      meta: { versionId: string }
    }
    assert.equal(meta.versionId, '1')
    assert.equal(await running.stop(), 0)
  })
})
