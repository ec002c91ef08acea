import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from '#foundation/fault.ts'
import {
  checkpointText,
  cosign,
  makeSigner,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  readSigner,
  readVerifier,
  signCheckpoint,
  signText,
  writeNote,
} from '#tlog'

// https://cs.opensource.google/go/x/mod/+/master:sumdb/note/note_test.go
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETERS_SECRET = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const TEXT = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`
const PETERS =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const ENOCHS =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'
const peter = readVerifier(PETER)
const enoch = readVerifier(ENOCH)

/** Every text with one character put up by one, and every piece of it. */
function* mangled(text: string): Generator<string> {
  for (let from = 0; from <= text.length; from++) {
    for (let to = from + 1; to <= text.length; to++) if (to - from < text.length) yield text.slice(from, to)
  }
  for (let at = 0; at < text.length; at++) {
    yield text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 1) + text.slice(at + 1)
  }
}

describe('the keys that Go publishes for its notes', () => {
  test('are read, and written again as they were', () => {
    assert.deepEqual([peter.name, peter.keyId, peter.text], ['PeterNeumann', 0xc74f20a3, PETER])
    const signer = readSigner(PETERS_SECRET)
    assert.deepEqual([signer.text, signer.verifier.text], [PETERS_SECRET, PETER])
  })

  test('are refused when cut anywhere or changed in any character', () => {
    for (const text of mangled(PETER)) assert.throws(() => readVerifier(text), { code: 'tlog/bad-key' }, text)
    for (const text of mangled(PETERS_SECRET)) assert.throws(() => readSigner(text), { code: 'tlog/bad-key' }, text)
  })

  test('are refused with a wrong length or an unknown type, even under a fitting key id', () => {
    for (const text of [
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ]) {
      assert.throws(() => readVerifier(text), { code: 'tlog/bad-key' })
    }
  })

  test('are never repeated in a message', () => {
    for (const text of [PETERS_SECRET.slice(1), PETERS_SECRET.slice(0, -4), `${PETERS_SECRET}A`]) {
      assert.throws(
        () => readSigner(text),
        (fault: Error) => !fault.message.includes('YEKFALVFGyNhPJEMzD1QIDr'),
      )
    }
  })
})

describe('a signed note', () => {
  test('of Go is written byte for byte', () => {
    assert.equal(
      writeNote({ text: TEXT, signatures: [signText(TEXT, readSigner(PETERS_SECRET))] }),
      `${TEXT}\n${PETERS}`,
    )
  })

  test('is believed by any one known key; signatures of others are ignored', () => {
    const both = `${TEXT}\n${PETERS}${ENOCHS}`
    assert.deepEqual(openNote(both, [peter]), { text: TEXT, by: [peter] })
    assert.deepEqual(openNote(Buffer.from(both), [peter, enoch]).by, [peter, enoch])
    assert.deepEqual(openNote(`${TEXT}\n${PETERS}${PETERS}`, [peter]).by, [peter])
    const samename = readVerifier(makeSigner('PeterNeumann', Buffer.alloc(32, 3)).verifier.text)
    assert.throws(() => openNote(both, [samename]), { code: 'tlog/not-signed' })
    assert.throws(() => openNote(both, []), { code: 'tlog/not-signed' })
  })

  test('is refused as a whole when one signature by a known key is false', () => {
    const broken = `${TEXT}\n${PETERS}${ENOCHS.slice(0, 60)}ABCD${ENOCHS.slice(60)}`
    assert.throws(() => openNote(broken, [peter, enoch]), {
      code: 'tlog/false-signature',
      message: /EnochRoot\+af0cfe78/,
    })
    assert.deepEqual(openNote(broken, [peter]).by, [peter])
  })

  test('is refused when any bit of it differs', () => {
    const note = Buffer.from(`${TEXT}\n${PETERS}`)
    for (let bit = 0; bit < note.length * 8; bit++) {
      const other = Buffer.from(note)
      other.writeUInt8(other.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      assert.throws(
        () => openNote(other, [peter]),
        (fault: Fault) => fault.code.startsWith('tlog/'),
        `bit ${bit}`,
      )
    }
  })

  test('that is not formed as the specification says is refused', () => {
    const unformed = [
      TEXT,
      `${TEXT}\n`,
      `${TEXT}\n${PETERS.slice(0, -1)}`,
      `\u0001${TEXT}\n${PETERS}`,
      `${TEXT}\r\n${PETERS}`,
      `${TEXT}\ud800\n${PETERS}`,
      `${TEXT}\n— Bad Name ${PETERS.slice(15)}`,
      `${TEXT}\n— Bad\u00a0Name ${PETERS.slice(15)}`,
      `${TEXT}\n— a+b ${PETERS.slice(15)}`,
      `${TEXT}\n—  ${PETERS.slice(15)}`,
      `${TEXT}\n— PeterNeumann x08g\n`,
      `${TEXT}\n${PETERS}Unexpected line.\n`,
      `${TEXT}\n${PETERS.replace('= ', ' ')}\n`,
      `${TEXT}\n${PETERS.repeat(101)}`,
      `${'a'.repeat(1_000_000)}\n\n${PETERS}`,
      '',
    ]
    for (const note of unformed) assert.throws(() => parseNote(note), { code: 'tlog/bad-note' }, JSON.stringify(note))
    const notUtf8 = Buffer.concat([Buffer.of(0xff), Buffer.from(`${TEXT}\n${PETERS}`)])
    assert.throws(() => parseNote(notUtf8), { code: 'tlog/bad-note' })
    assert.equal(parseNote(`${TEXT}\n${PETERS.repeat(16)}`).signatures.length, 16)
    assert.equal(parseNote(`a\n\nb\n\n${PETERS}`).text, 'a\n\nb\n')
  })
})

describe('a checkpoint', () => {
  const log = makeSigner('hospital.example/audit', Buffer.alloc(32, 1))
  const nextLog = makeSigner('hospital.example/audit', Buffer.alloc(32, 2))
  const witness = makeSigner('witness.example/w1', Buffer.alloc(32, 4), 'cosignature')
  const checkpoint = { origin: 'hospital.example/audit', size: 20852163, root: Buffer.alloc(32, 7), extensions: [] }
  const trust = { origin: checkpoint.origin, log: [log.verifier], witnesses: [witness.verifier] }

  test('is three lines of text, read back as they were', () => {
    const text = checkpointText(checkpoint)
    assert.equal(text, `hospital.example/audit\n20852163\n${Buffer.alloc(32, 7).toString('base64')}\n`)
    assert.deepEqual(parseCheckpoint(text), checkpoint)
    const more = { ...checkpoint, size: 0, extensions: ['one', 'two'] }
    assert.deepEqual(parseCheckpoint(checkpointText(more)), more)
  })

  test('whose text is unformed is refused', () => {
    const root = Buffer.alloc(32).toString('base64')
    const unformed = [
      `a\n1\n${root}`,
      `\n1\n${root}\n`,
      `a\n01\n${root}\n`,
      `a\n+1\n${root}\n`,
      `a\n1.0\n${root}\n`,
      `a\n9007199254740992\n${root}\n`,
      `a\n1\n${root.slice(0, -1)}\n`,
      `a\n1\n${root}\n\n`,
      `a\n1\n${root}\nx\n\ny\n`,
      `a\n1\n${Buffer.alloc(31).toString('base64')}\n`,
      'a\n1\n\n',
      '',
    ]
    for (const text of unformed) assert.throws(() => parseCheckpoint(text), { code: 'tlog/bad-checkpoint' }, text)
    assert.throws(() => checkpointText({ ...checkpoint, origin: 'a\nb' }), { code: 'tlog/bad-checkpoint' })
    assert.throws(() => checkpointText({ ...checkpoint, size: 1.5 }), { code: 'tlog/bad-checkpoint' })
    assert.throws(() => signCheckpoint({ ...checkpoint, origin: 'a\u0007' }, [log]), { code: 'tlog/bad-note' })
  })

  test('is believed when the log has signed it, with its old key or its new one', () => {
    const signed = signCheckpoint(checkpoint, [log, nextLog])
    for (const key of [log, nextLog]) {
      const { checkpoint: read, by } = openCheckpoint(signed, { ...trust, log: [key.verifier] })
      assert.deepEqual(read, checkpoint)
      assert.deepEqual(by, [key.verifier])
    }
  })

  test("isn't believed of another log, or on a witness's word alone", () => {
    const signed = signCheckpoint(checkpoint, [log])
    assert.throws(() => openCheckpoint(signed, { ...trust, origin: 'other' }), { code: 'tlog/other-origin' })
    const text = checkpointText(checkpoint)
    const seenOnly = writeNote({ text, signatures: [cosign(text, witness, 1)] })
    assert.throws(() => openCheckpoint(seenOnly, trust), { code: 'tlog/not-signed' })
    const { keyId } = log.verifier
    const posing = { ...signText(text, makeSigner(log.verifier.name, Buffer.alloc(32, 9))), keyId }
    assert.throws(() => openCheckpoint(writeNote({ text, signatures: [posing] }), trust), {
      code: 'tlog/false-signature',
    })
  })

  test('tells which witnesses have seen it, and when', () => {
    const text = checkpointText(checkpoint)
    const seen = cosign(text, witness, 1679315147)
    const signed = writeNote({ text, signatures: [signText(text, log), seen] })
    assert.deepEqual([...openCheckpoint(signed, trust).seen], [[witness.verifier, 1679315147]])
    assert.deepEqual([...openCheckpoint(signed, { ...trust, witnesses: [] }).seen], [])

    for (let bit = 0; bit < seen.bytes.length * 8; bit++) {
      const bytes = Buffer.from(seen.bytes)
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      const forged = writeNote({ text, signatures: [signText(text, log), { ...seen, bytes }] })
      assert.throws(() => openCheckpoint(forged, trust), { code: 'tlog/false-signature' }, `bit ${bit}`)
    }
  })

  test('is signed by a log, and cosigned by a witness, never the other way round', () => {
    const text = checkpointText(checkpoint)
    assert.throws(() => signText(text, witness), { code: 'tlog/bad-key' })
    assert.throws(() => cosign(text, log, 1), { code: 'tlog/bad-key' })
    const same = makeSigner(witness.verifier.name, Buffer.alloc(32, 4))
    assert.notEqual(same.verifier.keyId, witness.verifier.keyId)
    assert.deepEqual(readVerifier(witness.verifier.text).type, 'cosignature')
    assert.equal(readSigner(witness.text).verifier.text, witness.verifier.text)
  })
})
