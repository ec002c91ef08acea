/**
 * The clock of an NTP server. Only the client's half of SNTP (https://www.rfc-editor.org/rfc/rfc4330, sections 4 and 5): one
 * packet of 48 bytes there and one back. The packages that do it haven't changed since 2020 and take no signal to give up.
 */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { fail, type Probe, warn } from '../probe.ts'
import { clockAnswer } from './clock.ts'

const PACKET_BYTES = 48
/** No warning, version 4, client. */
const CLIENT = 0b00_100_011
const SERVER_MODE = 4
const UNSYNCHRONIZED = 3
const [MODE_AND_LEAP, STRATUM, ORIGINATE, RECEIVED, TRANSMITTED] = [0, 1, 24, 32, 40]
/** From 1900, where NTP begins, to 1970. */
const TO_1970_SECONDS = 2_208_988_800
/** In 2036 the seconds begin anew: times before 1968 are after that. */
const ERA_SECONDS = 2 ** 32

export interface NtpProbeOptions {
  readonly host: string
  readonly port: number
  readonly nowMs: () => number
}

export const ntpProbe = ({ host, port, nowMs }: NtpProbeOptions): Probe => ({
  name: 'clock:ntp',
  asks: "Has this machine the time server's time?",
  section: 'cluster',
  criticality: 'high',
  bears: 'service',
  carries: 'Access tokens, second factors, and the order of the audit trail.',
  everySeconds: 64,
  timeoutSeconds: 3,
  steady: 2,
  runbook: 'docs/runbooks/clocks-differ.md',
  async ask(signal) {
    const answer = await exchange(host, port, nowMs, signal).catch(() => undefined)
    if (answer === undefined) return warn('The time server does not answer.', { detail: `${host}:${port}` })
    const { packet, began, ended } = answer
    const leap = (packet[MODE_AND_LEAP] as number) >> 6
    if (leap === UNSYNCHRONIZED || packet[STRATUM] === 0) return fail('The time server does not know the time itself.')
    // What it took there is no time on the way.
    const theirsMs = (timeAt(packet, RECEIVED) + timeAt(packet, TRANSMITTED)) / 2
    return clockAnswer({ theirsMs, began, ended, whose: "the time server's" })
  },
})

interface Exchanged {
  readonly packet: Buffer
  readonly began: number
  readonly ended: number
}

/** Rejects when nothing comes back, or nothing that answers what was sent. */
async function exchange(host: string, port: number, nowMs: () => number, signal: AbortSignal): Promise<Exchanged> {
  const { address, family } = await lookup(host)
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', signal })
  const request = Buffer.alloc(PACKET_BYTES)
  request[0] = CLIENT
  // Whoever does not see what is sent can't make up an answer: https://www.rfc-editor.org/rfc/rfc9109
  randomBytes(8).copy(request, TRANSMITTED)
  const done = Promise.withResolvers<Exchanged>()
  let began = 0
  socket
    .on('error', done.reject)
    .on('close', () => done.reject(new Error('given up')))
    .on('message', (packet, from) => {
      const isAnswer =
        packet.length >= PACKET_BYTES &&
        from.address === address &&
        ((packet[MODE_AND_LEAP] as number) & 7) === SERVER_MODE &&
        packet.subarray(ORIGINATE, ORIGINATE + 8).equals(request.subarray(TRANSMITTED))
      if (isAnswer) done.resolve({ packet, began, ended: nowMs() })
    })
  try {
    began = nowMs()
    socket.send(request, port, address, (error) => error && done.reject(error))
    return await done.promise
  } finally {
    if (!signal.aborted) socket.close()
  }
}

/** Milliseconds since 1970. */
function timeAt(packet: Buffer, place: number): number {
  const seconds = packet.readUInt32BE(place)
  const fraction = packet.readUInt32BE(place + 4) / ERA_SECONDS
  const era = seconds < ERA_SECONDS / 2 ? ERA_SECONDS : 0
  return (seconds + era + fraction - TO_1970_SECONDS) * 1000
}
