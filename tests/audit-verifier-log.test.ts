import assert from 'node:assert/strict'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { before, describe, test } from 'node:test'
import { append, EMPTY_EDGE, leafHashes, makeSigner, signCheckpoint, tilePath } from '#tlog'
import {
  type Answer,
  ask,
  at,
  entries,
  entry,
  fileOf,
  key,
  linesOf,
  origin,
  room,
  SIZE,
  signedOf,
  signer,
} from './support/ask-verifier.ts'
import { cut, flip, forge, rewrite, swap } from './support/forge.ts'
import { writeLog, writeUnder } from './support/log-in-folder.ts'
import { PUBLISHED_ENTRIES, PUBLISHED_ROOTS } from './support/published-tree.ts'

describe('the independent verifier of a whole log', () => {
  const whole = join(room, 'whole')
  before(() => writeLog(whole, entries(SIZE), signer))

  test('accepts logs of every shape', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 512]) {
      const folder = join(room, `log-${size}`)
      writeLog(folder, entries(size), signer)
      const answer = await ask('log', ...key, folder)
      assert.deepEqual([answer.exit, answer.size, answer.findings], [0, size, []])
    }
    assert.match(await linesOf('log', ...key, whole), /\nAll is well\.\n$/)
  })

  test('accepts the tree that Certificate Transparency publishes, under its published root', async () => {
    const folder = join(room, 'published')
    writeLog(folder, PUBLISHED_ENTRIES, signer)
    const published = signCheckpoint({ origin, size: 8, root: PUBLISHED_ROOTS[8] as Buffer }, [signer])
    assert.equal((await ask('log', ...key, '--checkpoint', fileOf(published), folder)).exit, 0)
  })

  test('accepts it with each of its older checkpoints', async () => {
    for (const size of [0, 1, 200, 256, 300, 512, 600, SIZE]) {
      const olds = ['--old', fileOf(signedOf(entries(size))), '--old', fileOf(signedOf(entries(size >> 1)))]
      assert.equal((await ask('log', ...key, ...olds, whole)).exit, 0, `${size}`)
    }
  })

  test('accepts an older checkpoint when the log has grown, also when it has dropped tiles that are full now', async () => {
    const folder = join(room, 'grown')
    for (const size of [300, SIZE]) writeLog(folder, entries(size), signer)
    const older = ['--checkpoint', fileOf(signedOf(entries(300)))]
    assert.equal((await ask('log', ...key, ...older, folder)).exit, 0)
    for (const dropped of ['tile/0/001.p/44', 'tile/entries/001.p/44']) rmSync(join(folder, dropped))
    assert.equal((await ask('log', ...key, ...older, folder)).exit, 0)
  })

  test('reads it over HTTP', async () => {
    await using server = createServer((request, response) => {
      try {
        response.end(readFileSync(join(whole, request.url?.replace('/log', '') ?? '')))
      } catch {
        response.writeHead(404).end()
      }
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`
    assert.equal((await ask('log', ...key, place)).exit, 0)
    const old = fileOf(signedOf(entries(300)))
    assert.equal((await ask('consistency', ...key, '--log', place, old, join(whole, 'checkpoint'))).exit, 0)
  })

  const CHANGES: [string, (folder: string) => void, Answer['firstBadEntry']][] = [
    ['an entry changed', (folder) => rewrite(folder, 1, (all) => all.with(44, Buffer.from('other'))), at(300)],
    [
      'an entry changed in the last bundle',
      (folder) => rewrite(folder, 2, (all) => all.with(88, Buffer.from(''))),
      at(600),
    ],
    [
      'two entries changed',
      (folder) => [1, 2].map((n) => rewrite(folder, n, (all) => all.with(9, Buffer.from('')))),
      at(265),
    ],
    [
      'two entries swapped',
      (folder) => rewrite(folder, 1, (all) => all.with(44, entry(301)).with(45, entry(300))),
      at(300),
    ],
    ['an entry deleted', (folder) => rewrite(folder, 1, (all) => all.toSpliced(44, 1)), at(300)],
    ['the last entry of a bundle deleted', (folder) => rewrite(folder, 1, (all) => all.slice(0, -1)), at(511)],
    ['an entry inserted', (folder) => rewrite(folder, 2, (all) => all.toSpliced(88, 0, Buffer.from('new'))), at(600)],
    ['an entry appended', (folder) => rewrite(folder, 2, (all) => [...all, Buffer.from('new')]), at(700)],
    ['a bundle cut', (folder) => cut(join(folder, 'tile/entries/001'), 100), at(265)],
    ['a bundle missing', (folder) => rmSync(join(folder, 'tile/entries/001')), at(256)],
    ['the last bundle missing', (folder) => rmSync(join(folder, 'tile/entries/002.p/188')), at(512)],
    ['bundles swapped', (folder) => swap(folder, 'tile/entries/000', 'tile/entries/001'), at(0)],
    ['a leaf tile changed', (folder) => flip(join(folder, 'tile/0/001'), 40), undefined],
    ['the last leaf tile changed', (folder) => flip(join(folder, 'tile/0/002.p/188'), 40), undefined],
    ['an upper tile changed', (folder) => flip(join(folder, 'tile/1/000.p/2'), 40), undefined],
    ['a leaf tile missing', (folder) => rmSync(join(folder, 'tile/0/001')), undefined],
    ['a leaf tile cut', (folder) => cut(join(folder, 'tile/0/000'), 8160), undefined],
    ['an upper tile missing', (folder) => rmSync(join(folder, 'tile/1/000.p/2')), undefined],
    ['tiles swapped', (folder) => swap(folder, 'tile/0/000', 'tile/0/001'), undefined],
    ['an entry and its leaf tile changed', (folder) => forge(folder, 300, 0), at(256, 511)],
    ['an entry and all tiles above it changed', (folder) => forge(folder, 300, 9), at(0, 699)],
  ]
  for (const [what, change, firstBadEntry] of CHANGES) {
    test(`finds ${what}${firstBadEntry ? ', and names the first bad entry' : ', and accuses no entry'}`, async () => {
      const answer = await ask('log', ...key, tampered(change))
      assert.equal(answer.exit, 1)
      assert.ok((answer.findings?.length ?? 0) > 0)
      assert.deepEqual(answer.firstBadEntry, firstBadEntry, JSON.stringify(answer.findings))
    })
  }

  test('finds an entry under a level 1 tile that was changed with it', async () => {
    const folder = join(room, 'tall')
    const SOME = 70_000
    writeLog(folder, entries(SOME), signer)
    assert.equal((await ask('log', ...key, folder)).exit, 0)
    const tall = append(EMPTY_EDGE, leafHashes(entries(SOME).with(300, Buffer.from('other'))))
    rewrite(folder, 1, (all) => all.with(44, Buffer.from('other')))
    for (const { hashes, ...tile } of tall.tiles) if (tile.level < 2) writeUnder(folder, tilePath(tile), hashes)
    assert.deepEqual((await ask('log', ...key, folder)).firstBadEntry, at(0, 65_535))
  })

  test('finds any bit changed in any of its files', async () => {
    const paths = globSync('**/*', { cwd: whole, withFileTypes: true }).filter((each) => each.isFile())
    for (const [n, { parentPath, name }] of paths.entries()) {
      const path = join(relative(whole, parentPath), name)
      const { length } = readFileSync(join(whole, path))
      for (const byte of [0, (n * 7919) % length, length - 1]) {
        assert.equal(
          (
            await ask(
              'log',
              ...key,
              tampered((folder) => flip(join(folder, path), byte)),
            )
          ).exit,
          1,
          `${path} ${byte}`,
        )
      }
    }
  })

  test('in lines for people, tells what is false and which entry is first', async () => {
    const said = await linesOf(
      'log',
      ...key,
      tampered((folder) => rewrite(folder, 1, (all) => all.with(44, Buffer.from('x')))),
    )
    assert.match(
      said,
      /\nFALSE: entry 300: not what was logged\n(.*\n)*First bad entry: 300\nNOT as it was signed\.\n$/,
    )
  })

  test('finds a log that its administrator has rewritten and signed anew, by older checkpoints kept elsewhere', async () => {
    const folder = join(room, 'anew')
    writeLog(folder, entries(SIZE).with(300, Buffer.from('other')), signer)
    assert.equal((await ask('log', ...key, folder)).exit, 0)
    const olds = [256, 512, SIZE].flatMap((size) => ['--old', fileOf(signedOf(entries(size)))])
    assert.deepEqual((await ask('log', ...key, ...olds, folder)).firstBadEntry, at(256, 511))
    assert.deepEqual((await ask('log', ...key, ...olds.slice(-2), folder)).firstBadEntry, at(0, 699))
    const partial = [100, 290, 310].flatMap((size) => ['--old', fileOf(signedOf(entries(size)))])
    assert.deepEqual((await ask('log', ...key, ...partial, folder)).firstBadEntry, at(290, 309))
  })

  test('finds two roots that the log has signed for one size', async () => {
    const other = fileOf(signCheckpoint({ origin, size: 600, root: Buffer.alloc(32) }, [signer]))
    const answer = await ask('log', ...key, '--old', fileOf(signedOf(entries(600))), '--old', other, whole)
    assert.equal(answer.exit, 1)
    assert.match(answer.findings?.[0]?.says ?? '', /two roots for 600 entries/)
    const empty = fileOf(signCheckpoint({ origin, size: 0, root: Buffer.alloc(32) }, [signer]))
    assert.equal((await ask('log', ...key, '--old', empty, whole)).exit, 1)
  })

  test('finds a log whose end was cut off and signed anew, by an older checkpoint', async () => {
    const folder = join(room, 'shorter')
    writeLog(folder, entries(600), signer)
    const answer = await ask('log', ...key, '--old', join(whole, 'checkpoint'), folder)
    assert.deepEqual([answer.exit, answer.firstBadEntry], [1, at(600, 699)])
  })

  test('refuses a checkpoint that another key has signed, or that signs another root', async () => {
    const stranger = makeSigner(origin, Buffer.alloc(32, 9))
    const foreign = tampered((folder) => writeFileSync(join(folder, 'checkpoint'), signedOf(entries(SIZE), stranger)))
    assert.equal((await ask('log', ...key, foreign)).exit, 1)
    const other = fileOf(signCheckpoint({ origin, size: SIZE, root: Buffer.alloc(32) }, [signer]))
    assert.deepEqual((await ask('log', ...key, '--checkpoint', other, whole)).firstBadEntry, at(0, 699))
  })

  let copies = 0
  /** A copy of the whole log, changed. */
  function tampered(change: (folder: string) => void): string {
    const folder = join(room, `tampered-${++copies}`)
    cpSync(whole, folder, { recursive: true })
    change(folder)
    return folder
  }
})
