import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bundlePath, parseBundle, parseTilePath, TILE_WIDTH, tilePath, tilesOf, writeBundle } from '#tlog'

describe('the addresses of tiles (c2sp.org/tlog-tiles)', () => {
  const WRITTEN = [
    ['tile/0/x001/x234/067', { level: 0, index: 1234067, width: 256 }],
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/1/999.p/255', { level: 1, index: 999, width: 255 }],
    ['tile/5/x001/000.p/1', { level: 5, index: 1000, width: 1 }],
    ['tile/63/x123/x456/078.p/2', { level: 63, index: 123456078, width: 2 }],
    ['tile/0/x009/x007/x199/x254/x740/991', { level: 0, index: Number.MAX_SAFE_INTEGER, width: 256 }],
  ] as const

  test('are written and read back as in the specification', () => {
    for (const [path, tile] of WRITTEN) {
      assert.equal(tilePath(tile), path)
      assert.deepEqual(parseTilePath(path), tile)
    }
    assert.equal(bundlePath({ index: 1234067, width: 8 }), 'tile/entries/x001/x234/067.p/8')
    assert.deepEqual(parseTilePath('tile/entries/x001/x234/067.p/8'), { level: 'entries', index: 1234067, width: 8 })
  })

  test('are only those that would be written', () => {
    const strange = `tile/0/00 tile/0/0001 tile/00/000 tile/64/000 tile/-1/000 tile/0/x000/000 tile/0/x001/x234/x067
      tile/0/000.p/0 tile/0/000.p/01 tile/0/000.p/256 tile/0/000.p/1000 tile/0/000.p/ tile/0/000/ /tile/0/000 tile/0/1000
      tile/0/000.p/1/ tile/data/000 tile/0/x009/x007/x199/x254/x740/992 tile/0/../000 tile/0/001/000 tile/0/ tile//000`
    for (const path of strange.split(/\s+/)) assert.equal(parseTilePath(path), undefined, path)
    assert.equal(parseTilePath('tile/0/000\n'), undefined)
  })
})

describe('the tiles of a log', () => {
  test('of 70,000 entries are those that the specification counts', () => {
    const tiles = tilesOf(70_000)
    const full = tiles.filter(({ width }) => width === TILE_WIDTH)
    const partial = tiles.filter(({ width }) => width < TILE_WIDTH).map(({ level, width }) => ({ level, width }))
    assert.deepEqual(
      [0, 1, 2].map((level) => full.filter((tile) => tile.level === level).length),
      [273, 1, 0],
    )
    assert.deepEqual(partial, [
      { level: 0, width: 112 },
      { level: 1, width: 17 },
      { level: 2, width: 1 },
    ])
  })

  test('of 256 entries are a full one and one of width 1 above it; of none, none', () => {
    assert.deepEqual(tilesOf(256), [
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ])
    assert.deepEqual(tilesOf(0), [])
  })

  test('that are new between two sizes leave out what was there already', () => {
    assert.deepEqual(tilesOf(5, 5), [])
    assert.deepEqual(tilesOf(258, 257), [{ level: 0, index: 1, width: 2 }])
    assert.deepEqual(tilesOf(513, 256), [
      { level: 0, index: 1, width: 256 },
      { level: 0, index: 2, width: 1 },
      { level: 1, index: 0, width: 2 },
    ])
  })
})

describe('an entry bundle', () => {
  test('holds entries of any length up to 65,535 bytes, in order', () => {
    const entries = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(256, 7), Buffer.alloc(65_535, 9)]
    const bundle = writeBundle(entries)
    assert.deepEqual(bundle.subarray(0, 7), Buffer.from([0, 0, 0, 1, 97, 1, 0]))
    assert.deepEqual(parseBundle(bundle, 4).map(Buffer.from), entries)
    assert.deepEqual(parseBundle(Buffer.alloc(0)), [])
  })

  test('that is cut anywhere, or holds another number of entries, is refused', () => {
    const bundle = writeBundle([Buffer.from('abc'), Buffer.from('de')])
    for (let end = 0; end < bundle.length; end++) {
      assert.throws(() => parseBundle(bundle.subarray(0, end), 2), { code: 'tlog/bad-bundle' }, `cut at ${end}`)
    }
    assert.throws(() => parseBundle(bundle, 1), { code: 'tlog/bad-bundle' })
    assert.throws(() => parseBundle(Buffer.alloc(2 * 257)), { code: 'tlog/bad-bundle' })
  })

  test('is not written for an entry that is too long or for more than 256', () => {
    assert.throws(() => writeBundle([Buffer.alloc(65_536)]), { code: 'tlog/entry-too-long', kind: 'too-large' })
    assert.throws(() => writeBundle(Array(257).fill(Buffer.alloc(0))), { code: 'tlog/bad-bundle' })
  })
})
