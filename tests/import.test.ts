/** The import command and the hospital, as processes of their own. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { practiceBundles } from '#practice'
import { clientOf, type Json, type Send } from './support/client.ts'
import { startHome } from './support/home.ts'
import { environment } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

const ROOT = join(import.meta.dirname, '..')
/** Extra patients: a folder of Synthea's transaction Bundles, one a file, gzip; beside the checkout unless named. */
const SYNTHEA = process.env.OMNICARE_TEST_SYNTHEA ?? join(ROOT, '../shared/data/synthea')
const MIB = 1024 * 1024
const MOST_MEMORY = 600 * MIB
const TODAY = Temporal.PlainDate.from('2026-03-01')

describe('omnicare import', { timeout: 400_000 }, () => {
  const suite = ofSuite()
  let home: string
  let hospital: ChildProcess
  let address: string
  let send: Send

  before(async () => {
    const own = await startHome(suite, 'record')
    home = own.home
    hospital = spawn(process.execPath, [join(ROOT, 'src/serve.ts')], {
      env: { ...environment, OMNICARE_HOME: home, OMNICARE_RECORD_URL: own.url, OMNICARE_PORT: '0' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    suite.after(async () => {
      hospital.kill()
      await once(hospital, 'exit')
    })
    const [{ serving }] = (await once(hospital, 'message')) as [{ serving: string }]
    address = serving
    send = clientOf({ base: `${address}/fhir/R4`, token: readFileSync(join(home, 'admin-token'), 'utf8').trim() })
  })

  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [join(ROOT, 'src/omnicare.ts'), 'import', ...args], {
      env: { ...environment, OMNICARE_HOME: home, OMNICARE_URL: address },
      stdio: ['pipe', 'pipe', 'pipe'],
    })

  interface Ran {
    readonly status: number | null
    readonly out: string
    readonly err: string
  }

  async function run(args: readonly string[], input?: string | Buffer): Promise<Ran> {
    const child = start(...args)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout?.on('data', (bytes: Buffer) => out.push(bytes))
    child.stderr?.on('data', (bytes: Buffer) => err.push(bytes))
    child.stdin?.end(input)
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
  }

  const account = ({ out }: Ran) =>
    JSON.parse(out) as {
      units: number
      alreadyLoaded: number
      loaded: Record<string, number>
      refused: { from: string; why: string[] }[]
    }

  const countOf = async (query: string): Promise<number> =>
    Number((await send('GET', `${query}${query.includes('?') ? '&' : '?'}_summary=count`)).json.total)

  const countsOf = async (types: Iterable<string>): Promise<Record<string, number>> =>
    Object.fromEntries(await Promise.all([...types].map(async (type) => [type, await countOf(type)] as const)))

  /** How often something was written, ever. */
  async function versionsOf(types: Iterable<string>): Promise<number> {
    let versions = 0
    for (const type of types)
      for (let next: string | undefined = `${type}/_history?_count=1000`; next !== undefined; ) {
        const { json } = await send('GET', next)
        versions += (json.entry as unknown[] | undefined)?.length ?? 0
        next = (json.link as { relation: string; url: string }[]).find(({ relation }) => relation === 'next')?.url
      }
    return versions
  }

  const file = (name: string, content: string | Buffer): string => {
    const path = join(home, name)
    writeFileSync(path, content)
    return path
  }

  test('loads NDJSON, gzip or not, from a file or from standard input, whatever comes first', async () => {
    const practice = [...practiceBundles({ count: 6, seed: 11, today: TODAY })].map((bundle) => JSON.stringify(bundle))
    const wanted = countByType(practice)
    // The charts refer to the staff, which comes last.
    const backwards = practice.toReversed().join('\n')
    const first = await run(['-', '--json'], gzipSync(backwards))
    assert.equal(first.status, 0, first.out + first.err)
    assert.deepEqual(account(first).loaded, wanted)
    const again = await run([file('again.ndjson.gz', gzipSync(backwards)), '--json', '--resume'])
    assert.equal(again.status, 0, again.err)
    assert.deepEqual(account(again).loaded, {})
    assert.equal(account(again).alreadyLoaded, practice.length)
    assert.deepEqual(await countsOf(Object.keys(wanted)), wanted)
  })

  test('reports what is refused, line by line and with the reason, and loads the rest', async () => {
    const good = Array.from({ length: 450 }, (_, index) =>
      JSON.stringify({
        contained: [{ resourceType: 'Practitioner', id: 'c' }],
        resourceType: 'Basic',
        id: `good-${index}`,
        code: { text: 'x' },
      }),
    )
    const lines = [
      ...good.slice(0, 150),
      '{"resourceType":"Basic","id":"bad-1"}',
      'this is no JSON',
      ...good.slice(150),
      '{"resourceType":"Elephant","id":"bad-2"}',
      '{"resourceType":"Basic","id":"bad-3","code":{"text":"x"},"subject":{"reference":"Patient/nobody"}}',
      // A line that closed its own entry had others carried out.
      `${good[0]},"request":{"method":"DELETE","url":"Basic/good-1"}},{"resource":${good[2]}`,
      '',
    ]
    const report = join(home, 'report.json')
    const ran = await run([file('mixed.ndjson', lines.join('\n')), '--report', report])
    assert.equal(ran.status, 1)
    const { loaded, refused } = JSON.parse(readFileSync(report, 'utf8')) as ReturnType<typeof account>
    assert.deepEqual(loaded, { Basic: 450 })
    assert.deepEqual(
      refused.map(({ from }) => Number(from.split(':').at(-1))),
      [151, 152, 453, 454, 455],
    )
    const reasons = [/^Basic\.code: /, /column 16\./, /^The resourceType names no /, /^Basic\.subject: /, /not JSON/]
    for (const [index, { why }] of refused.entries()) {
      assert.equal(why.length, 1)
      assert.match(why[0] ?? '', reasons[index] as RegExp)
      assert.doesNotMatch(why[0] ?? '', /Bundle|entry|request/)
    }
    assert.match(ran.out, /450 resources loaded/)
    assert.match(ran.out, /5 refused/)
    assert.equal(await countOf('Basic'), 450)
    // What is refused stays refused; the rest is not written again.
    const again = await run([file('mixed.ndjson', lines.join('\n')), '--resume', '--json'])
    assert.deepEqual(account(again).loaded, {})
    assert.equal(account(again).refused.length, 5)
    assert.equal(await versionsOf(['Basic']), 450)
  })

  test('loads batches, collections and single resources with their numbers as written', async () => {
    const observation = (id: string) =>
      `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.500}}`
    const urn = 'urn:uuid:7e1e1e1e-0000-4000-8000-000000000001'
    const folder = join(home, 'folder', 'inner')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'single.json'), `\ufeff${observation('single')}\n`)
    writeFileSync(
      join(folder, 'collection.json'),
      `{"resourceType":"Bundle","type":"collection","entry":[\n{"fullUrl":"${urn}","resource":{"resourceType":"Group","type":"person","actual":true}},
       {"fullUrl":"urn:uuid:7e1e1e1e-0000-4000-8000-000000000002","resource":{"resourceType":"Flag","status":"active","code":{"text":"x"},"subject":{"reference":"${urn}"}}},
       {"resource":${observation('collected')}}]}`,
    )
    writeFileSync(
      join(folder, 'batch.json.gz'),
      gzipSync(
        `{"resourceType":"Bundle","type":"batch","entry":[{"resource":${observation('batched')},"request":{"method":"PUT","url":"Observation/batched"}},
         {"request":{"method":"DELETE","url":"Observation/x_y"}}]}`,
      ),
    )
    writeFileSync(join(folder, 'notes.txt'), 'not to be read')
    const ran = await run([join(home, 'folder'), '--json'])
    assert.equal(ran.status, 1)
    assert.deepEqual(account(ran).loaded, { Flag: 1, Group: 1, Observation: 3 })
    assert.match(account(ran).refused[0]?.from ?? '', /batch\.json\.gz entry 2$/)
    for (const id of ['single', 'collected', 'batched'])
      assert.match((await send('GET', `Observation/${id}`)).body, /"value":1\.500\}/)
    const [flag] = (await send('GET', 'Flag')).json.entry as { resource: { subject: { reference: string } } }[]
    assert.match(flag?.resource.subject.reference ?? '', /^Group\//)
    // A document of many lines is known for one on standard input too.
    const pretty = JSON.stringify(
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ resource: { resourceType: 'Group', type: 'person', actual: false } }],
      },
      null,
      2,
    )
    assert.deepEqual(account(await run(['-', '--json'], pretty)).loaded, { Group: 1 })
  })

  test('counts one as one', async () => {
    const path = file('one.ndjson', '{"resourceType":"Basic","id":"the-one","code":{"text":"x"}}\n')
    assert.match((await run([path])).out, /^1 resource loaded from 1 bundle\n/)
    assert.match((await run([path, '--resume'])).out, /^1 bundle was loaded already/m)
  })

  test('names the files that can not be read, and loads the others', async () => {
    const folder = join(home, 'damaged')
    mkdirSync(folder)
    const lines = (name: string) =>
      Array.from(
        { length: 5_000 },
        (_, index) => `{"resourceType":"Basic","id":"${name}-${index}","code":{"text":"x"}}`,
      )
    const whole = gzipSync(lines('cut').join('\n'))
    writeFileSync(join(folder, 'a-whole.ndjson'), '{"resourceType":"Basic","id":"before","code":{"text":"x"}}')
    writeFileSync(join(folder, 'b-cut.json.gz'), whole.subarray(0, 200))
    writeFileSync(join(folder, 'c-cut.ndjson.gz'), whole.subarray(0, -1_000))
    symlinkSync('nowhere', join(folder, 'd-lost.json'))
    writeFileSync(join(folder, 'e-whole.ndjson'), '{"resourceType":"Basic","id":"after","code":{"text":"x"}}')
    const report = join(home, 'damaged-report.json')
    const ran = await run([folder, '--report', report])
    assert.equal(ran.status, 1)
    const { loaded, refused } = JSON.parse(readFileSync(report, 'utf8')) as ReturnType<typeof account>
    const [b, c, d, ...more] = refused
    assert.deepEqual(more, [])
    assert.equal(b?.from, join(folder, 'b-cut.json.gz'))
    assert.match(String(b?.why), /not whole gzip/)
    assert.equal(d?.from, join(folder, 'd-lost.json'))
    assert.match(String(d?.why), /can't be read.*ENOENT/)
    // What came before the cut was loaded, and the report says where that ends.
    assert.match(c?.from ?? '', /\/c-cut\.ndjson\.gz:\d+$/)
    const line = Number(c?.from.split(':').at(-1))
    assert.ok(line > 1_000)
    assert.deepEqual(loaded, { Basic: 2 + line - 1 })
    assert.equal((await send('GET', `Basic/cut-${line - 2}`)).status, 200)
    for (const id of ['before', 'after']) assert.equal((await send('GET', `Basic/${id}`)).status, 200)
    for (const name of ['b-cut.json.gz', 'c-cut.ndjson.gz', 'd-lost.json']) assert.match(ran.out, new RegExp(name))
  })

  test('says at once what it can not work with, before anything is loaded', async () => {
    const asked = async (...args: string[]) => {
      const { status, out, err } = await run(args)
      assert.deepEqual([status, out], [2, ''], err)
      return err
    }
    assert.match(await asked(), /Name a file/)
    assert.match(await asked('-', 'x.ndjson'), /can not be combined/)
    assert.match(await asked('--parallel', '0', '-'), /from 1 to 64/)
    const missing = join(home, 'nothing here')
    assert.ok((await asked(file('one.ndjson', '{}'), missing)).includes(`no file or folder ${missing}.`))
    const empty = join(home, 'empty')
    mkdirSync(join(empty, 'inner'), { recursive: true })
    writeFileSync(join(empty, 'inner/patients.csv'), 'name')
    assert.ok((await asked(empty)).includes(`nothing to import in ${empty}.\n`))
    const report = join(home, 'no-folder/report.json')
    assert.ok((await asked('--report', report, file('one.ndjson', '{}'))).includes(`${report} can't be written`))

    const one = file('one.ndjson', '{"resourceType":"Basic","id":"beside-nothing","code":{"text":"x"}}')
    const both = await run([empty, one])
    assert.deepEqual([both.status, both.err], [0, `There is nothing to import in ${empty}.\n`])
    const elsewhere = spawn(process.execPath, [join(ROOT, 'src/omnicare.ts'), 'import', '-'], {
      env: { ...environment, OMNICARE_HOME: home, OMNICARE_URL: 'http://127.0.0.1:9' },
      stdio: 'ignore',
    })
    assert.equal((await once(elsewhere, 'exit'))[0], 75)
  })

  test('killed half way and resumed, has everything once', async () => {
    const bundles = [...practiceBundles({ count: 60, seed: 12, today: TODAY })].map((bundle) => JSON.stringify(bundle))
    const wanted = countByType(bundles.slice(1))
    const path = file('killed.ndjson', bundles.join('\n'))
    const before = await countsOf(Object.keys(wanted))
    for (const share of [0.2, 0.6]) {
      const child = start(path)
      const exited = once(child, 'exit')
      const enough = (before.Patient ?? 0) + Math.floor((wanted.Patient ?? 0) * share)
      while ((await countOf('Patient')) < enough)
        assert.equal(child.exitCode, null, 'it ended before it could be killed')
      child.kill('SIGKILL')
      await exited
    }
    const resumed = await run([path, '--resume', '--json'])
    assert.equal(resumed.status, 0, resumed.out + resumed.err)
    assert.ok((account(resumed).loaded.Patient ?? 0) > 0)
    const after = await countsOf(Object.keys(wanted))
    for (const [type, count] of Object.entries(wanted))
      if (type !== 'Practitioner') assert.equal((after[type] ?? 0) - (before[type] ?? 0), count, type)
  })

  test('loads 17,956 resources of another generator, each once, in little memory', async (t) => {
    if (!existsSync(SYNTHEA)) {
      t.diagnostic(`There are no extra patients in ${SYNTHEA} (OMNICARE_TEST_SYNTHEA): practice patients only.`)
      return
    }
    const texts = readdirSync(SYNTHEA).map((name) => gunzipSync(readFileSync(join(SYNTHEA, name))).toString())
    const wanted = countByType(texts)
    assert.equal(
      Object.values(wanted).reduce((sum, count) => sum + count),
      17_956,
    )
    const before = await countsOf(Object.keys(wanted))
    const began = performance.now()
    const ran = await run([SYNTHEA, '--json'])
    t.diagnostic(`${Math.round(17_956 / ((performance.now() - began) / 1000))} resources a second`)
    assert.equal(ran.status, 0, ran.err)
    assert.deepEqual(account(ran).loaded, wanted)
    const after = await countsOf(Object.keys(wanted))
    for (const [type, count] of Object.entries(wanted))
      assert.equal((after[type] ?? 0) - (before[type] ?? 0), count, type)

    const versions = await versionsOf(Object.keys(wanted))
    const again = await run([SYNTHEA, '--json', '--resume'])
    assert.equal(again.status, 0)
    assert.equal(account(again).alreadyLoaded, texts.length)
    assert.equal(await versionsOf(Object.keys(wanted)), versions)
  })

  test('the hospital stays under 600 MB through all of it', (t) => {
    const peak = /VmHWM:\s*(\d+) kB/.exec(
      existsSync('/proc/self/status') ? readFileSync(`/proc/${hospital.pid}/status`, 'utf8') : '',
    )
    if (peak === null) return t.diagnostic('This machine does not tell the peak of memory.')
    t.diagnostic(`at most ${Math.round((Number(peak[1]) * 1024) / MIB)} MiB`)
    assert.ok(Number(peak[1]) * 1024 < MOST_MEMORY)
  })
})

function countByType(bundles: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const text of bundles)
    for (const { resource } of (JSON.parse(text) as { entry: { resource: Json }[] }).entry)
      counts[String(resource.resourceType)] = (counts[String(resource.resourceType)] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
