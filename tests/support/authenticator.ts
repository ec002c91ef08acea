/** A passkey in software: makes what a browser sends, with a key of its own. https://www.w3.org/TR/webauthn-3/ */
import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

export interface Authenticator {
  readonly id: string
  register(options: { challenge: string }): RegistrationResponseJSON
  /** Its counter goes up by one each time, unless it is said. */
  answer(options: { challenge: string }, counter?: number): AuthenticationResponseJSON
}

/** User present, user verified; with the credential's data. */
const USED = 0x05
const ATTESTED = 0x40

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (data: string | Uint8Array): Buffer => hash('sha256', data, 'buffer')

/** CBOR, as far as it takes: https://www.rfc-editor.org/rfc/rfc8949 */
const bytesItem = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([0x58, bytes.length]), bytes])
const textItem = (text: string): Buffer => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])

export function makeAuthenticator({ rpId, origin }: { rpId: string; origin: string }): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string }
  const credential = randomBytes(16)
  const id = base64url(credential)
  let uses = 0

  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin }))
  const head = (flags: number, counter: number): Buffer => {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count])
  }
  /** A COSE key: EC2, ES256, P-256, x, y. */
  const coseKey = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytesItem(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytesItem(Buffer.from(y, 'base64url')),
  ])
  const common = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const

  return {
    id,
    register({ challenge }) {
      const data = Buffer.concat([
        head(USED | ATTESTED, 0),
        Buffer.alloc(16),
        Buffer.from([0, credential.length]),
        credential,
        coseKey,
      ])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        textItem('fmt'),
        textItem('none'),
        textItem('attStmt'),
        Buffer.from([0xa0]),
        textItem('authData'),
        bytesItem(data),
      ])
      return {
        ...common,
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge)),
          attestationObject: base64url(attestation),
          transports: ['internal'],
        },
      }
    },
    answer({ challenge }, counter = ++uses) {
      const data = head(USED, counter)
      const client = clientData('webauthn.get', challenge)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return {
        ...common,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      }
    },
  }
}
