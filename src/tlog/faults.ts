import { faults } from '#foundation/fault.ts'

export const tlogFaults = faults('tlog', {
  'bad-tile': {
    kind: 'invalid',
    says: (d: { path: string; why: string }) => `The tile ${d.path} can't be used: ${d.why}.`,
    remedy: 'Fetch the tile again, or restore it from the export of the log.',
  },
  'bad-leaves': {
    kind: 'broken',
    says: (d: { bytes: number }) =>
      `Leaf hashes come as 32 bytes each; ${d.bytes} bytes were given. Nothing was appended.`,
    remedy: 'Report this: the sealer has made a row of hashes that is not whole.',
  },
  'bad-bundle': {
    kind: 'invalid',
    says: (d: { why: string }) => `The entry bundle can't be read: ${d.why}.`,
    remedy: 'Fetch the bundle again, or restore it from the export of the log.',
  },
  'entry-too-long': {
    kind: 'too-large',
    says: (d: { bytes: number; most: number }) => `An entry has ${d.bytes} bytes; a bundle holds at most ${d.most}.`,
    remedy: 'Make the entry shorter before it is logged.',
  },
  'no-such-tree': {
    kind: 'missing',
    says: (d: { asked: string; size: number }) => `The log has ${d.size} entries; ${d.asked} isn't in it.`,
    remedy: 'Ask for an entry or a size that the log already has.',
  },
  'bad-key': {
    kind: 'invalid',
    says: (d: { why: string }) => `The key can't be read: ${d.why}.`,
    remedy: 'Copy the key again, whole, as name+hash+base64 (PRIVATE+KEY+name+hash+base64 for one that signs).',
  },
  'bad-note': {
    kind: 'invalid',
    says: (d: { why: string }) => `The signed note can't be read: ${d.why}.`,
    remedy: 'Fetch it again as bytes: nothing may be added, trimmed or re-encoded (c2sp.org/signed-note).',
  },
  'bad-checkpoint': {
    kind: 'invalid',
    says: (d: { why: string }) => `The checkpoint can't be read: ${d.why}.`,
    remedy: 'Fetch it again as bytes: nothing may be added, trimmed or re-encoded (c2sp.org/tlog-checkpoint).',
  },
  'bad-proof': {
    kind: 'invalid',
    says: (d: { why: string }) => `The proof can't be read: ${d.why}.`,
    remedy: 'Ask the log for the proof again (c2sp.org/tlog-proof).',
  },
  'false-signature': {
    kind: 'unprocessable',
    says: (d: { name: string }) => `A signature of ${d.name} is false: the text isn't what was signed.`,
    remedy: 'Treat the log as tampered with: keep this copy, and compare it with an older checkpoint.',
  },
  'not-signed': {
    kind: 'unprocessable',
    says: 'None of the trusted keys has signed this.',
    remedy: "Check that the key is the log's own, and that the text comes from that log.",
  },
  'other-origin': {
    kind: 'unprocessable',
    says: (d: { origin: string }) => `The checkpoint isn't of the log ${d.origin}.`,
    remedy: 'Ask for the checkpoint of the log that you mean.',
  },
  'false-proof': {
    kind: 'unprocessable',
    says: 'The proof is false: it does not lead from the entry to the root that the log has signed.',
    remedy: 'Check that entry and proof belong together; when they do, treat the log as tampered with.',
  },
})
