import { faults } from '#foundation/fault.ts'

/** What can be wrong with a certificate and its key. Said at the start, and in the log when files have changed. */
export const tlsFaults = faults('tls', {
  'half-given': {
    kind: 'invalid',
    says: (d: { missing: string }) => `TLS needs a certificate and its key, and ${d.missing} is not set.`,
    remedy: 'Set OMNICARE_TLS_CERTIFICATE and OMNICARE_TLS_KEY, or neither of them.',
  },
  'plain-address': {
    kind: 'invalid',
    says: (d: { setting: string }) =>
      `TLS is on, but ${d.setting} begins with http:, and browsers would guard their cookies less.`,
    remedy: 'Begin it with https:, or unset OMNICARE_TLS_CERTIFICATE and OMNICARE_TLS_KEY.',
  },
  absent: {
    kind: 'invalid',
    says: (d: { file: string }) => `${d.file} does not exist.`,
    remedy: 'Put the file there, or name another in OMNICARE_TLS_CERTIFICATE and OMNICARE_TLS_KEY.',
  },
  unreadable: {
    kind: 'invalid',
    says: (d: { file: string; code: string }) => `${d.file} can't be read: the system says ${d.code}.`,
    remedy: 'Give it to the user or the group that OmniCare runs as.',
  },
  'open-key': {
    kind: 'invalid',
    says: (d: { file: string }) => `Everybody may read the key in ${d.file}.`,
    remedy:
      'chmod o= it; for a secret of Kubernetes set defaultMode: 0440. If others could see it, have a new one made.',
  },
  'not-certificate': {
    kind: 'invalid',
    says: (d: { file: string }) => `There is no certificate in ${d.file}, or one in it can't be read.`,
    remedy: 'It must hold PEM: -----BEGIN CERTIFICATE-----, first the one of the server, then those that vouch for it.',
  },
  'not-key': {
    kind: 'invalid',
    says: (d: { file: string }) => `There is no private key in ${d.file} that can be read.`,
    remedy: 'It must hold PEM without a passphrase: -----BEGIN PRIVATE KEY-----.',
  },
  'other-key': {
    kind: 'invalid',
    says: (d: { key: string; certificate: string }) =>
      `The key in ${d.key} is not that of the first certificate in ${d.certificate}.`,
    remedy: "Name files that were made together; the server's own certificate comes first.",
  },
  over: {
    kind: 'invalid',
    says: (d: { file: string; ended: string }) => `The certificate in ${d.file} has ended on ${d.ended}.`,
    remedy: 'Renew it: nobody who checks it would connect.',
  },
  'not-yet': {
    kind: 'invalid',
    says: (d: { file: string; begins: string }) => `The certificate in ${d.file} does not count before ${d.begins}.`,
    remedy: "Wait until then, name one that counts, or set the machine's clock.",
  },
  unusable: {
    kind: 'invalid',
    says: (d: { file: string; code: string }) => `The certificate in ${d.file} can't be used: OpenSSL says ${d.code}.`,
    remedy: 'Have one made with an elliptic key, or an RSA key of at least 2048 bits, signed with SHA-256.',
  },
})
