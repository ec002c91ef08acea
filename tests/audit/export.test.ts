/** What is exported stays as it is, and what somebody changes there is found. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { exportDaily, exportLedger, openExportPlace, openIntake, searchLedger } from '#audit'
import { entryOf } from '../support/ledger.ts'
import { S3_USER, startS3, type TestS3 } from '../support/s3.ts'
import { type SealedLedger, SIZE, startSealedLedger } from '../support/sealed-ledger.ts'
import { ofSuite } from '../support/suite.ts'

type Lock = Parameters<typeof openExportPlace>[1]['lock']

describe('exporting the ledger', { timeout: 240_000 }, () => {
  let all: SealedLedger
  const suite = ofSuite()
  before(async () => {
    Object.assign(process.env, S3_USER)
    all = await startSealedLedger(suite)
  })

  const years = 7
  const open = (address: string, endpoint?: string, lock: Lock = 'compliance') =>
    openExportPlace(address, { endpoint, lock, years, nowMs: Date.now })
  const grow = async (count: number) => {
    const intake = openIntake(all.hospital)
    await Promise.all(Array.from({ length: count }, () => intake.record(entryOf())))
    while (((await all.seal()) as { taken: number }).taken > 0);
  }

  describe('to a folder', () => {
    const exported = async (name: string) => {
      const folder = join(all.home, name)
      await exportLedger(all.ledger, await open(folder))
      return folder
    }

    test('keeps every file of it as it was written, and adds to them', async () => {
      const folder = await exported('grows')
      const files = () =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((one) => one.isFile() && one.name !== 'checkpoint')
          .map((one) => join(one.parentPath, one.name))
      const before = new Map(files().map((file) => [file, readFileSync(file)]))
      assert.ok(before.size >= 7)
      for (const file of before.keys()) assert.equal(statSync(file).mode & 0o222, 0, file)
      await grow(60)
      const { size } = await exportLedger(all.ledger, await open(folder))
      assert.equal(size, SIZE + 60)
      for (const [file, content] of before) assert.deepEqual(readFileSync(file), content)
      assert.ok(files().length > before.size)
      assert.deepEqual((await exportLedger(all.ledger, await open(folder))).files, 0)
    })

    const CHANGES: [string, (folder: string) => void, string][] = [
      ['an altered entry', (folder) => flip(join(folder, 'tile/entries/001'), 900), 'tile/0/001'],
      ['an altered tile of hashes', (folder) => flip(join(folder, 'tile/0/000'), 40), 'tile/0/000'],
      ['a missing file', (folder) => rmSync(join(folder, 'tile/entries/000')), 'tile/entries/000 is gone'],
      ['a file that was cut short', (folder) => cut(join(folder, 'tile/entries/000')), 'tile/entries/000'],
    ]
    for (const [what, change, says] of CHANGES)
      test(`refuses to go on after ${what}, and says where`, async () => {
        const folder = await exported(`after ${what}`)
        await grow(1)
        change(folder)
        const at = readFileSync(join(folder, 'checkpoint'))
        await assert.rejects(exported(`after ${what}`), { code: 'audit/other-export', message: new RegExp(says) })
        assert.deepEqual(readFileSync(join(folder, 'checkpoint')), at)
      })

    test('never writes over a file that is there and another', async () => {
      const folder = join(all.home, 'taken')
      mkdirSync(join(folder, 'tile/0'), { recursive: true })
      writeFileSync(join(folder, 'tile/0/000'), 'mine')
      await assert.rejects(exported('taken'), { code: 'audit/false-export' })
      assert.equal(readFileSync(join(folder, 'tile/0/000'), 'utf8'), 'mine')
    })

    test('every day is written down, also when it fails', async () => {
      const opened = (address: string) => open(address)
      await exportDaily(all.ledger, join(all.home, 'daily'), opened, Date.now())
      flip(join(all.home, 'daily/tile/entries/000'), 900)
      await assert.rejects(exportDaily(all.ledger, join(all.home, 'daily'), opened, Date.now()))
      await all.seal('control')
      const found = (await searchLedger(all.ledger, { person: 'export' })).map(({ entry }) => entry)
      assert.deepEqual(
        found.map((entry) => [entry?.action, entry?.outcome, entry?.code]),
        [
          ['export', 'failed', 'audit/other-export'],
          ['export', 'success', undefined],
        ],
      )
    })
  })

  describe('to a bucket', () => {
    let locking: TestS3
    let plain: TestS3
    before(async () => {
      locking = await startS3(['trail', 'other'], true)
      plain = await startS3(['trail'], false)
      for (const one of [locking, plain]) suite.after(async () => one[Symbol.asyncDispose]())
    })

    test('locks every object for the whole retention, and keeps former checkpoints beside the newest', async () => {
      const place = await open('s3://trail/hospital', locking.endpoint)
      const first = await exportLedger(all.ledger, place)
      const former = (await place.read('checkpoint'))?.toString()
      await grow(300)
      const second = await exportLedger(all.ledger, place)
      assert.equal(second.size, first.size + 300)
      const folder = join(all.home, 'beside')
      await exportLedger(all.ledger, await open(folder))
      for (const path of ['checkpoint', 'tile/0/003', 'tile/entries/003'])
        assert.deepEqual(await place.read(path), readFileSync(join(folder, path)), path)

      const [path] = [...locking.versions.keys()].filter((one) => one.endsWith('/checkpoint'))
      const versions = locking.versions.get(path as string) ?? []
      assert.deepEqual(
        versions.map(({ content }) => content.toString()),
        [former, readFileSync(join(folder, 'checkpoint'), 'utf8')],
      )
      const almost = Date.now() + 6.9 * 365.25 * 86_400_000
      for (const [key, [one]] of locking.versions) {
        assert.match(key, /^\/trail\/hospital\//)
        assert.equal(one?.mode, 'COMPLIANCE')
        assert.ok(Date.parse(one?.until ?? '') > almost, key)
      }
      assert.deepEqual((await exportLedger(all.ledger, place)).files, 0)
    })

    test('never puts an object over one that is there and another', async () => {
      const stranger = await open('s3://other', locking.endpoint)
      await stranger.keep('tile/0/000', Buffer.from('mine'))
      await assert.rejects(exportLedger(all.ledger, stranger), { code: 'audit/false-export' })
      assert.equal((await stranger.read('tile/0/000'))?.toString(), 'mine')
      assert.equal(locking.versions.get('/other/tile/0/000')?.length, 1)
    })

    test('is refused by one that does not lock, unless that is wanted; then all that is there is read each time', async () => {
      await assert.rejects(open('s3://trail/hospital', plain.endpoint), { code: 'audit/not-locked' })
      const place = await open('s3://trail/hospital', plain.endpoint, 'off')
      await exportLedger(all.ledger, place)
      const bundle = (await place.read('tile/entries/000')) as Buffer
      bundle[900] = (bundle[900] as number) ^ 1
      await place.replace('tile/entries/000', bundle)
      await assert.rejects(exportLedger(all.ledger, place), { code: 'audit/other-export' })
    })

    test('says what is wrong with the address, the bucket, or the one who asks', async () => {
      await assert.rejects(open('hospital/export'), { code: 'audit/bad-export-place' })
      await assert.rejects(open('s3://UPPER'), { code: 'audit/bad-export-place' })
      const absent = await open('s3://absent', plain.endpoint, 'off')
      await assert.rejects(exportLedger(all.ledger, absent), {
        code: 'audit/export-unreachable',
        message: /NoSuchBucket/,
      })
      for (const [name, says] of [
        ['AWS_ACCESS_KEY_ID', /InvalidAccessKeyId/],
        ['AWS_SECRET_ACCESS_KEY', /SignatureDoesNotMatch/],
      ] as const) {
        process.env[name] = 'wrong'
        const denied = await open('s3://trail/hospital', plain.endpoint, 'off')
        const refused = { code: 'audit/export-unreachable', message: says }
        await assert.rejects(exportLedger(all.ledger, denied), refused)
        Object.assign(process.env, S3_USER)
      }
    })
  })
})

function flip(file: string, at: number): void {
  chmodSync(file, 0o644)
  const content = readFileSync(file)
  assert.ok(existsSync(file) && at < content.length)
  content[at] = (content[at] as number) ^ 1
  writeFileSync(file, content)
}

function cut(file: string): void {
  chmodSync(file, 0o644)
  writeFileSync(file, readFileSync(file).subarray(0, 1_000))
}
