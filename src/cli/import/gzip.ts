/** Undoing gzip. Loaded only where there is any: Node's zlib takes a tenth of the time that the command takes to start. */
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { cliFaults } from '../faults.ts'
import { MOST_BYTES } from './lines.ts'

/** Of what comes out; Node's own 16 KiB take more than twice the time. */
const PIECE_BYTES = 256 * 1024
/** What deflate makes of a byte, at most. */
const MOST_GROWTH = 1032

/** Throws `cli/bad-compression`. */
export async function* inflatedPieces(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const compressed = Readable.from(pieces)
  const inflating = zlib.createGunzip({ chunkSize: PIECE_BYTES })
  compressed.on('error', (error) => inflating.destroy(error)).pipe(inflating)
  try {
    yield* inflating as AsyncIterable<Buffer>
  } catch (error) {
    throw refusal(error)
  } finally {
    compressed.destroy()
  }
}

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip)

/** Throws `cli/bad-compression`, `cli/too-long`. */
export async function inflatedWhole(bytes: Buffer): Promise<Buffer> {
  // The last four bytes tell the length; believed as far as it can be true, so that all comes out in one piece.
  const told = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4)
  const chunkSize = Math.max(PIECE_BYTES, Math.min(told + 1, bytes.length * MOST_GROWTH, MOST_BYTES))
  return gunzip(bytes, { chunkSize, maxOutputLength: MOST_BYTES }).catch((error: unknown) => {
    throw refusal(error)
  })
}

function refusal(error: unknown): unknown {
  const { code } = error as { code?: string }
  if (code === 'ERR_BUFFER_TOO_LARGE') return cliFaults['too-long']()
  return code?.startsWith('Z_') ? cliFaults['bad-compression']() : error
}
