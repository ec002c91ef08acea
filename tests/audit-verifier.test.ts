import assert from 'node:assert/strict'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import {
  cosign,
  leafHash,
  makeSigner,
  parseNote,
  proveConsistency,
  proveInclusion,
  signatureLine,
  signCheckpoint,
  writeProof,
  writeSubmission,
} from '#tlog'
import {
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
  verifier,
  witness,
} from './support/ask-verifier.ts'
import { flip } from './support/forge.ts'
import { writeLog } from './support/log-in-folder.ts'
import { logInMemory } from './support/log-in-memory.ts'
import { ARGON_2020 } from './support/published-argon.ts'
import {
  PUBLISHED_CONSISTENCY,
  PUBLISHED_ENTRIES,
  PUBLISHED_INCLUSION,
  PUBLISHED_ROOTS,
} from './support/published-tree.ts'

describe('the independent verifier', () => {
  const log = logInMemory()
  log.grow(entries(SIZE))
  const whole = join(room, 'whole')
  before(() => writeLog(whole, entries(SIZE), signer))

  test('imports nothing but the standard library', () => {
    const source = readFileSync(verifier, 'utf8')
    const imports = [...source.matchAll(/^import\b.* from '(.+)'$/gm)]
    assert.doesNotMatch(source, /\bimport\(|\brequire\b/)
    assert.ok(imports.length > 0)
    for (const [, name] of imports) assert.match(name ?? '', /^node:/)
  })

  test('says what is wrong with its use, and exits with 2', async () => {
    const wrong = [
      [],
      ['everything'],
      ['checkpoint', ...key],
      ['checkpoint', ...key, join(room, 'missing')],
      ['checkpoint', fileOf('')],
      ['checkpoint', '--key', `${signer.verifier.text}A`, fileOf('')],
      ['checkpoint', '--key', witness.verifier.text, fileOf('')],
      ['inclusion', ...key, fileOf('')],
      ['consistency', ...key, fileOf(''), fileOf('')],
      ['log', ...key, join(room, 'missing')],
      ['log', ...key, room],
      ['log', ...key, 'http://127.0.0.1:1/'],
    ]
    for (const args of wrong) {
      const answer = await ask(...args)
      assert.equal(answer.exit, 2, args.join(' '))
      assert.ok(answer.error)
    }
    assert.match(await linesOf('--help'), /^node verify\.mjs checkpoint/)
  })

  describe('of a checkpoint', () => {
    const signed = signedOf(entries(SIZE))

    test('believes the signature of the key it was given, as text or file', async () => {
      const answer = await ask('checkpoint', ...key, fileOf(signed))
      assert.deepEqual([answer.exit, answer.size], [0, SIZE])
      assert.equal((await ask('checkpoint', '--key', fileOf(`${signer.verifier.text}\n`), fileOf(signed))).exit, 0)
    })

    test('refuses another key, another log, and a changed line', async () => {
      const other = makeSigner(origin, Buffer.alloc(32, 2)).verifier.text
      const changed = [
        signed.replace('700', '701'),
        signed.replace(/^(.*\n.*\n)./, '$1A'),
        signed.replace('\n\n', '\nmore\n\n'),
      ]
      assert.equal((await ask('checkpoint', '--key', other, fileOf(signed))).exit, 1)
      assert.equal((await ask('checkpoint', ...key, '--origin', 'other', fileOf(signed))).exit, 1)
      for (const text of [...changed, signed.slice(0, -1), `${signed}\n`, '', signed.replace('—', '-')]) {
        const { exit, findings } = await ask('checkpoint', ...key, fileOf(text))
        assert.deepEqual([exit, findings?.length], [1, 1], text)
      }
    })

    test('counts the witnesses that have cosigned, and tells when', async () => {
      const cosigned = fileOf(signed + signatureLine(cosign(parseNote(signed).text, witness, 1679315147)))
      const asked = ['checkpoint', ...key, '--witness', witness.verifier.text, '--witnesses', '1']
      const { exit, cosignedBy } = await ask(...asked, cosigned)
      assert.equal(exit, 0)
      assert.deepEqual(Object.values(cosignedBy ?? {}), ['2023-03-20T12:25:47.000Z'])
      assert.equal((await ask(...asked, fileOf(signed))).exit, 1)
      const ofAnother = cosign(parseNote(signedOf(entries(3))).text, witness, 1679315147)
      assert.equal((await ask(...asked, fileOf(signed + signatureLine(ofAnother)))).exit, 1)
    })
  })

  describe('of one entry', () => {
    test('accepts the proofs that Certificate Transparency publishes, and none for another entry', async () => {
      for (const { index, size, proof } of PUBLISHED_INCLUSION) {
        const checkpoint = signCheckpoint({ origin, size, root: PUBLISHED_ROOTS[size] as Buffer }, [signer])
        const file = fileOf(writeProof({ index, hashes: proof, checkpoint, extra: Buffer.from('more') }))
        const own = PUBLISHED_ENTRIES[index] as Buffer
        assert.equal((await ask('inclusion', ...key, '--entry', fileOf(own), file)).exit, 0)
        assert.equal((await ask('inclusion', ...key, '--leaf', leafHash(own).toString('hex'), file)).exit, 0)
        const answer = await ask('inclusion', ...key, '--entry', fileOf('another'), file)
        assert.deepEqual([answer.exit, answer.firstBadEntry], [1, at(index)])
      }
    })

    test('accepts our proofs, and refuses one with a hash changed, dropped, added or out of place', async () => {
      const leaf = leafHash(entry(300)).toString('base64')
      const checkpoint = signedOf(entries(SIZE))
      const hashes = await proveInclusion(log.readTiles, 300, SIZE)
      const proofs = [
        { exit: 0, index: 300, hashes },
        { exit: 1, index: 301, hashes },
        { exit: 1, index: SIZE, hashes },
        { exit: 1, index: 300, hashes: hashes.slice(1) },
        { exit: 1, index: 300, hashes: hashes.slice(0, -1) },
        { exit: 1, index: 300, hashes: [...hashes, Buffer.alloc(32)] },
        { exit: 1, index: 300, hashes: hashes.with(4, Buffer.alloc(32)) },
        { exit: 1, index: 300, hashes: hashes.toReversed() },
      ]
      for (const { exit, ...proof } of proofs) {
        assert.equal(
          (await ask('inclusion', ...key, '--leaf', leaf, fileOf(writeProof({ ...proof, checkpoint })))).exit,
          exit,
        )
      }
      const unformed = writeProof({ index: 300, hashes, checkpoint })
      for (const text of [
        unformed.replace('@v1', '@v2'),
        unformed.replace('index ', 'index 0'),
        unformed.replace('=\n', '\n'),
        '',
      ]) {
        assert.equal((await ask('inclusion', ...key, '--leaf', leaf, fileOf(text))).exit, 1)
      }
    })
  })

  describe('of growth', () => {
    test('accepts the proofs that Certificate Transparency publishes, and none between other roots', async () => {
      for (const { oldSize, size, proof } of PUBLISHED_CONSISTENCY) {
        const checkpoint = (of: number, root = PUBLISHED_ROOTS[of] as Buffer) =>
          fileOf(signCheckpoint({ origin, size: of, root }, [signer]))
        const lines = fileOf(proof.map((hash) => `${hash.toString('base64')}\n`).join(''))
        const asked = ['consistency', ...key, '--proof', lines]
        assert.equal((await ask(...asked, checkpoint(oldSize), checkpoint(size))).exit, 0)
        assert.equal((await ask(...asked, checkpoint(oldSize, Buffer.alloc(32)), checkpoint(size))).exit, 1)
        if (oldSize === size) continue
        assert.equal((await ask(...asked, checkpoint(oldSize), checkpoint(size, Buffer.alloc(32)))).exit, 1)
        assert.equal((await ask(...asked, checkpoint(size), checkpoint(oldSize))).exit, 1)
        assert.equal(
          (await ask('consistency', ...key, '--proof', fileOf(''), checkpoint(oldSize), checkpoint(size))).exit,
          1,
        )
      }
    })

    test('accepts how a log of a billion entries has grown, as Google publishes it', async () => {
      const { oldSize, oldRoot, size, root, proof } = ARGON_2020
      const [old, now] = [
        fileOf(signCheckpoint({ origin, size: oldSize, root: oldRoot }, [signer])),
        fileOf(signCheckpoint({ origin, size, root }, [signer])),
      ]
      const asked = (hashes: readonly Buffer[]) =>
        ask(
          'consistency',
          ...key,
          '--proof',
          fileOf(hashes.map((hash) => hash.toString('base64')).join('\n')),
          old,
          now,
        )
      assert.equal((await asked(proof)).exit, 0)
      assert.equal((await asked(proof.toSpliced(7, 1))).exit, 1)
      assert.equal((await asked(proof.with(29, Buffer.alloc(32)))).exit, 1)
    })

    test('accepts the body that is sent to a witness as a proof', async () => {
      const [old, now] = [signedOf(entries(300)), signedOf(entries(SIZE))]
      const proof = fileOf(
        writeSubmission({ oldSize: 300, proof: await proveConsistency(log.readTiles, 300, SIZE), signed: now }),
      )
      assert.equal((await ask('consistency', ...key, '--proof', proof, fileOf(old), fileOf(now))).exit, 0)
    })

    test('follows the tiles of a log instead of a proof, and finds a false one on the way', async () => {
      const now = join(whole, 'checkpoint')
      for (const size of [0, 1, 255, 256, 257, 512, 600, SIZE]) {
        assert.equal((await ask('consistency', ...key, '--log', whole, fileOf(signedOf(entries(size))), now)).exit, 0)
      }
      const others = entries(300).with(17, Buffer.from('other'))
      assert.equal((await ask('consistency', ...key, '--log', whole, fileOf(signedOf(others)), now)).exit, 1)
      const folder = join(room, 'flipped')
      cpSync(whole, folder, { recursive: true })
      flip(join(folder, 'tile/0/001'), 40)
      assert.equal((await ask('consistency', ...key, '--log', folder, fileOf(signedOf(entries(300))), now)).exit, 1)
    })
  })
})
