import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { joined } from './lines.ts'
import { type Source, sourceOf, sourcesIn } from './source.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'omnicare-source-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const textOf = async (source: Source): Promise<string> => String(await joined(source.open(() => undefined)))
const TEXT = Array.from({ length: 100_000 }, (_, index) => `line ${index}`).join('\n')

describe('a folder', () => {
  test('is searched for what may be imported: what others refer to first, nothing twice, no pipes', async (t) => {
    const path = folder(t)
    for (const name of ['b', 'b/deep', 'c.json', 'empty']) mkdirSync(join(path, name))
    for (const name of ['z.json', 'b/deep/a.ndjson.gz', 'b/notes.txt', 'b/Patient.ndjson', 'c.json/x.json.gz', 'a.csv'])
      writeFileSync(join(path, name), '')
    symlinkSync('..', join(path, 'b/up'))
    symlinkSync('nowhere', join(path, 'lost.json'))
    execFileSync('mkfifo', [join(path, 'pipe.json')])
    const { sources, empty } = await sourcesIn([path, join(path, 'empty')])
    assert.deepEqual(
      sources.map(({ name }) => relative(path, name)),
      ['b/Patient.ndjson', 'b/deep/a.ndjson.gz', 'c.json/x.json.gz', 'lost.json', 'z.json'],
    )
    assert.deepEqual(empty, [join(path, 'empty')])
    const lost = sources.find(({ name }) => name.endsWith('lost.json'))
    await assert.rejects(async () => textOf(lost as Source), { code: 'ENOENT' })
  })

  test('that is not there is named', async (t) => {
    const path = join(folder(t), 'nothing here')
    await assert.rejects(sourcesIn([path]), { code: 'cli/no-such-path', message: new RegExp(path) })
  })
})

describe('what is compressed', () => {
  const compressed = gzipSync(TEXT)
  const SIZE_FIELD = compressed.length - 4

  test('comes out whole, in whatever pieces it arrives', async () => {
    for (const bytes of [1, 2, 1_000, 1_000_000]) {
      const text = TEXT.slice(0, bytes * 1_000)
      const whole = gzipSync(text)
      const pieces = Array.from({ length: Math.ceil(whole.length / bytes) }, (_, at) =>
        whole.subarray(at * bytes, (at + 1) * bytes),
      )
      assert.equal(await textOf(sourceOf('standard input', Readable.from(pieces))), text)
    }
  })

  test('comes out whole from files of several parts, or that lie about their length', async (t) => {
    const path = folder(t)
    const lying = (size: number) => {
      const bytes = Buffer.concat([compressed, gzipSync('more')])
      bytes.writeUInt32LE(size, SIZE_FIELD)
      return bytes
    }
    for (const name of ['one.json.gz', 'all.ndjson.gz', 'plain.json']) {
      writeFileSync(join(path, name), Buffer.concat([compressed, gzipSync('more')]))
      const { sources } = await sourcesIn([join(path, name)])
      assert.equal(await textOf(sources[0] as Source), `${TEXT}more`)
    }
    for (const size of [0, 0xffffffff]) {
      writeFileSync(join(path, 'one.json.gz'), lying(size))
      const { sources } = await sourcesIn([join(path, 'one.json.gz')])
      await assert.rejects(async () => textOf(sources[0] as Source), { code: 'cli/bad-compression' })
    }
  })

  test('is refused when it is cut off or damaged, and when it inflates to more than may be in memory', async (t) => {
    const path = folder(t)
    const damaged = Buffer.from(compressed)
    damaged.fill(0x55, 1_000, 1_100)
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024))
    for (const [name, bytes, code] of [
      ['cut.json.gz', compressed.subarray(0, -10), 'cli/bad-compression'],
      ['head.json.gz', compressed.subarray(0, 2), 'cli/bad-compression'],
      ['cut.ndjson.gz', compressed.subarray(0, -10), 'cli/bad-compression'],
      ['damaged.json.gz', damaged, 'cli/bad-compression'],
      ['damaged.ndjson.gz', damaged, 'cli/bad-compression'],
      ['bomb.json.gz', bomb, 'cli/too-long'],
      ['bomb.ndjson.gz', bomb, 'cli/too-long'],
    ] as const) {
      writeFileSync(join(path, name), bytes)
      const { sources } = await sourcesIn([join(path, name)])
      await assert.rejects(async () => textOf(sources[0] as Source), { code }, name)
    }
  })
})
