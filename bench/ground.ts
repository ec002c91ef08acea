/** A hospital and the bare server of the floors, over one embedded PostgreSQL on fresh data. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { openLog } from '#foundation/log.ts'
import { HOSPITAL_FLAGS } from '../src/operations/supervision/index.ts'
import { adminToken } from '../src/token.ts'

export interface Ground extends AsyncDisposable {
  /** A folder for what a work needs; gone at the end. */
  readonly home: string
  readonly hospital: string
  readonly token: string
  /** An access token of a program that acts for nobody, as operations signs them: the hospital verifies it by itself. */
  readonly signed: string
  /** Address of the bare server. */
  readonly floor: string
  /** Starts the hospital without its audit trail; gives its address. */
  readonly unaudited: () => Promise<string>
  /** Starts a hospital that also lets in a physician, by this token; gives its address. */
  readonly restricted: (physician: string) => Promise<string>
  readonly databaseUrl: string
  readonly db: Database
  /** Of the hospital, in bytes. */
  memory(): { readonly now: number; readonly peak: number }
}

const LONGEST_STATEMENT_MS = 600_000
const ISSUER = 'https://operations.example.org/oauth'

export async function openGround(): Promise<Ground> {
  const house = new AsyncDisposableStack()
  const home = mkdtempSync(join(tmpdir(), 'omnicare-bench-'))
  house.defer(() => rmSync(home, { recursive: true, force: true }))
  chmodSync(home, 0o711)
  mkdirSync(join(home, 'logs'))
  const log = house.use(openLog({ service: 'bench', folder: join(home, 'logs'), level: 'warn', toStdout: false }))
  const server = await startEmbedded({ name: 'record', folder: join(home, 'record'), log })
  house.defer(() => server.stop())
  const { token } = adminToken(home)
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }]
  // As the hospital keeps it for a start without operations.
  writeFileSync(join(home, 'jwks.json'), JSON.stringify({ issuer: ISSUER, keys, ended: [], origins: [] }))
  const { address: hospital, child } = await start(house, {
    program: join(import.meta.dirname, '../src/serve.ts'),
    env: {
      OMNICARE_HOME: home,
      OMNICARE_RECORD_URL: server.url,
      OMNICARE_PORT: '0',
      OMNICARE_OPERATIONS_URL: 'http://127.0.0.1:9',
      OMNICARE_RELAY_KEY: 'the-relay-key-of-the-bench-alone',
      OMNICARE_LOG_LEVEL: 'error',
    },
    execArgv: [...HOSPITAL_FLAGS],
  })
  const { address: floor } = await start(house, { program: join(import.meta.dirname, 'floor.ts'), args: [server.url] })
  const db = house.use(
    await openDatabase({ url: server.url, connections: 4, statementTimeoutMs: LONGEST_STATEMENT_MS, log }),
  )
  return {
    home,
    hospital,
    token,
    signed: await signedBy(privateKey, hospital),
    floor,
    unaudited: async () => {
      const program = join(import.meta.dirname, 'unaudited.ts')
      const args = [server.url, token, join(home, 'logs')]
      return (await start(house, { program, args, execArgv: [...HOSPITAL_FLAGS] })).address
    },
    restricted: async (physician) => {
      const program = join(import.meta.dirname, 'restricted.ts')
      const args = [server.url, token, join(home, 'logs'), physician]
      return (await start(house, { program, args, execArgv: [...HOSPITAL_FLAGS] })).address
    },
    databaseUrl: server.url,
    db,
    memory: () => memoryOf(child.pid as number),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  }
}

/** For as long as any bench runs. */
const signedBy = (key: CryptoKey, hospital: string): Promise<string> =>
  new SignJWT({
    client_id: 'bench',
    scope: 'system/*.cruds',
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
    .setIssuer(ISSUER)
    .setAudience(`${hospital}/fhir/R4`)
    .setSubject('bench')
    .setJti('bench')
    .setIssuedAt()
    .setExpirationTime('1d')
    .sign(key)

interface Program {
  readonly program: string
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  readonly execArgv?: string[]
}

/** Starts a server as a process of its own, with nothing of this one's environment; resolves when it says where it serves. */
async function start(house: AsyncDisposableStack, { program, args = [], env = {}, execArgv = [] }: Program) {
  const child: ChildProcess = fork(program, args, { execArgv, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  house.defer(async () => {
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  const [{ serving }] = (await once(child, 'message')) as [{ serving: string }]
  return { address: serving, child }
}

function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}
