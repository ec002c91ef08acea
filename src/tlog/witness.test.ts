import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from '#foundation/fault.ts'
import {
  cosign,
  decide,
  EMPTY_ROOT,
  leafHash,
  makeSigner,
  openCheckpoint,
  openProof,
  parseNote,
  parseProof,
  parseSubmission,
  proveConsistency,
  proveInclusion,
  rootAt,
  signatureLine,
  signCheckpoint,
  type WitnessedLog,
  writeProof,
  writeSubmission,
} from '#tlog'
import { logInMemory } from '../../tests/support/log-in-memory.ts'

const origin = 'hospital.example/audit'
const key = makeSigner(origin, Buffer.alloc(32, 1))
const witness = makeSigner('witness.example/w1', Buffer.alloc(32, 4), 'cosignature')
const trust = { origin, log: [key.verifier], witnesses: [witness.verifier] }

const log = logInMemory()
log.grow(Array.from({ length: 700 }, (_, index) => Buffer.from(`entry ${index}`)))
const rootOf = (size: number): Promise<Buffer> => rootAt(log.readTiles, size)
const signedAt = async (size: number): Promise<string> =>
  signCheckpoint({ origin, size, root: await rootOf(size) }, [key])
const submit = async (oldSize: number, size: number) =>
  parseSubmission(
    writeSubmission({
      oldSize,
      proof: await proveConsistency(log.readTiles, oldSize, size),
      signed: await signedAt(size),
    }),
  )

describe('an offline proof (c2sp.org/tlog-proof)', () => {
  const proofOf = async (index: number, size: number, extra?: Buffer): Promise<string> =>
    writeProof({
      index,
      hashes: await proveInclusion(log.readTiles, index, size),
      checkpoint: await signedAt(size),
      ...(extra && { extra }),
    })
  const leaf = leafHash(Buffer.from('entry 300'))

  test('proves an entry, and which checkpoint holds it', async () => {
    const text = await proofOf(300, 613)
    assert.match(
      text,
      /^c2sp\.org\/tlog-proof@v1\nindex 300\n([A-Za-z0-9+/]{43}=\n){10}\nhospital\.example\/audit\n613\n/,
    )
    const { index, checkpoint, by, extra } = openProof(text, leaf, trust)
    assert.deepEqual([index, checkpoint.size, by, extra], [300, 613, [key.verifier], undefined])
  })

  test('carries what the application adds, and needs no hashes in a log of one', async () => {
    const text = await proofOf(0, 1, Buffer.from('more'))
    assert.deepEqual(text.split('\n').slice(0, 4), ['c2sp.org/tlog-proof@v1', 'extra bW9yZQ==', 'index 0', ''])
    assert.deepEqual(openProof(text, leafHash(Buffer.from('entry 0')), trust).extra, Buffer.from('more'))
  })

  test('tells which witnesses have seen the checkpoint', async () => {
    const { text } = parseNote(await signedAt(613))
    const proof = (await proofOf(300, 613)) + signatureLine(cosign(text, witness, 99))
    assert.deepEqual([...openProof(proof, leaf, trust).seen], [[witness.verifier, 99]])
  })

  test('is refused for another entry, and when any bit of it differs', async () => {
    const proof = Buffer.from(await proofOf(300, 613))
    assert.throws(() => openProof(proof.toString(), leafHash(Buffer.from('entry 301')), trust), {
      code: 'tlog/false-proof',
    })
    for (let bit = 0; bit < proof.length * 8; bit++) {
      const other = Buffer.from(proof)
      other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      assert.throws(
        () => openProof(other.toString(), leaf, trust),
        (fault: Fault) => fault.code.startsWith('tlog/'),
        `bit ${bit}`,
      )
    }
  })

  test('that is not formed as the specification says is refused', () => {
    const unformed = [
      '',
      'wrong-header\nindex 0\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nindex 05\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n',
      `c2sp.org/tlog-proof@v1\nindex 0\n${Buffer.alloc(64).toString('base64')}\n\ncheckpoint\n`,
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\ncheckpoint\n`,
      'c2sp.org/tlog-proof@v1\nindex 0\nextra bW9yZQ==\n\ncheckpoint\n',
      'c2sp.org/tlog-proof@v1\nindex 0\n',
    ]
    for (const text of unformed) assert.throws(() => parseProof(text), { code: 'tlog/bad-proof' }, text)
  })
})

describe('a witness (c2sp.org/tlog-witness)', () => {
  const known = async (size?: number): Promise<WitnessedLog> => ({
    keys: [key.verifier],
    ...(size !== undefined && { latest: { size, root: await rootOf(size) } }),
  })

  test('reads the example of the specification', () => {
    const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`
    const submission = parseSubmission(example)
    assert.deepEqual(
      [submission.oldSize, submission.proof.length, submission.origin],
      [20852014, 4, 'example.com/behind-the-sofa'],
    )
    assert.equal(writeSubmission(submission), example)
  })

  test('cosigns the first checkpoint, the next ones, and the same one again', async () => {
    for (const [held, size] of [
      [undefined, 1],
      [undefined, 600],
      [1, 2],
      [256, 700],
      [613, 614],
      [700, 700],
    ] as const) {
      const decision = decide(await submit(held ?? 0, size), await known(held))
      assert.ok(decision.status === 200, JSON.stringify(decision))
      assert.equal(decision.checkpoint.size, size)
      const cosigned = (await signedAt(size)) + signatureLine(cosign(decision.text, witness, 1700000000))
      assert.deepEqual([...openCheckpoint(cosigned, trust).seen.values()], [1700000000])
    }
  })

  test('answers 404 for a log it does not know, and 403 when no trusted key has signed', async () => {
    assert.equal(decide(await submit(0, 5), undefined).status, 404)
    const other = makeSigner(origin, Buffer.alloc(32, 2))
    assert.equal(decide(await submit(0, 5), { keys: [other.verifier] }).status, 403)
    assert.equal(decide(await submit(0, 5), { keys: [] }).status, 403)
  })

  test('answers 400 when the old size is above the checkpoint', async () => {
    const submission = { ...(await submit(0, 5)), oldSize: 6 }
    assert.equal(decide(submission, await known(6)).status, 400)
  })

  test('answers 409 with the size it holds when the old size is another one', async () => {
    for (const [held, oldSize] of [
      [100, 0],
      [100, 99],
      [undefined, 3],
    ] as const) {
      assert.deepEqual(decide(await submit(oldSize, 200), await known(held)), {
        status: 409,
        contentType: 'text/x.tlog.size',
        body: `${held ?? 0}\n`,
      })
    }
  })

  test('answers 409 when the log shows another root for the size that it holds', async () => {
    const held = { keys: [key.verifier], latest: { size: 200, root: Buffer.alloc(32, 9) } }
    const decision = decide(await submit(200, 200), held)
    assert.deepEqual(
      [decision.status, 'contentType' in decision && decision.contentType.slice(0, 10)],
      [409, 'text/plain'],
    )
    const empty = signCheckpoint({ origin, size: 0, root: Buffer.alloc(32, 9) }, [key])
    assert.equal(decide({ oldSize: 0, proof: [], signed: empty, origin }, await known()).status, 409)
    const honest = signCheckpoint({ origin, size: 0, root: EMPTY_ROOT }, [key])
    assert.equal(decide({ oldSize: 0, proof: [], signed: honest, origin }, await known()).status, 200)
  })

  test('answers 422 when the proof does not lead there, or is there where none may be', async () => {
    const rewritten = { keys: [key.verifier], latest: { size: 100, root: Buffer.alloc(32, 9) } }
    assert.equal(decide(await submit(100, 200), rewritten).status, 422)
    const submission = await submit(100, 200)
    assert.equal(decide({ ...submission, proof: submission.proof.slice(1) }, await known(100)).status, 422)
    const proof = [Buffer.alloc(32)]
    assert.equal(decide({ ...(await submit(0, 200)), proof }, await known()).status, 422)
    assert.equal(decide({ ...(await submit(200, 200)), proof }, await known(200)).status, 422)
  })

  test('refuses a body that is not formed as the specification says', async () => {
    const signed = await signedAt(5)
    const hash = Buffer.alloc(32).toString('base64')
    const unformed = [
      '',
      signed,
      `old\n\n${signed}`,
      `old 05\n\n${signed}`,
      `old -1\n\n${signed}`,
      `old 1 \n\n${signed}`,
      `size 1\n\n${signed}`,
      `old 1\n${hash.slice(4)}\n\n${signed}`,
      `old 1\n${`${hash}\n`.repeat(64)}\n${signed}`,
      `old 1\n\n`,
      `old 1\n\n${signed.trimEnd()}`,
      `old 1\n\n\n${signed}`,
      `old 1\r\n\r\n${signed}`,
    ]
    for (const body of unformed) assert.throws(() => parseSubmission(body), { kind: 'invalid' }, body)
  })
})
