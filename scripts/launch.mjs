/**
 * Runs OmniCare with the Node it is pinned to, whatever Node the machine has (18 or later).
 *
 * `npm start|dev|test|test:long|check|bench|generate` and `./omnicare` come through here: it installs what the lock file names
 * when that is missing or has changed, then hands over to node_modules/.bin/node.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules/.bin')
const stamp = join(root, 'node_modules/.omnicare-install')

const [word = 'start', ...rest] = process.argv.slice(2)

/**
 * Files of tests that run at once. Each waits about half of its time, for servers to start and stop and for what is to come
 * about, so that three keep two processors busy.
 */
const TOGETHER = 3

const CHECKS = [
  ['types', ['tsc', '-p', '.']],
  ['types of the web pages', ['tsc', '-p', 'web']],
  ['lint', ['biome', 'check', '.']],
  ['dead code', ['knip']],
  ['floor plan', ['node', '--test', 'tests/floor-plan.test.ts']],
]

const COMMANDS = {
  start: { dev: false, run: () => handOver(['src/operate.ts', ...rest]) },
  omnicare: { dev: false, run: () => handOver(['src/omnicare.ts', ...rest]) },
  dev: { dev: true, run: () => handOver(['src/operate.ts', ...rest], [`--watch-path=${join(root, 'src')}`]) },
  check: { dev: true, run: check },
  test: { dev: true, run: () => test({}) },
  'test:long': { dev: true, run: () => test({ OMNICARE_TEST_LONG: '1' }) },
  bench: { dev: true, run: bench },
  generate: { dev: true, run: () => handOver(['scripts/generate.ts', ...rest]) },
}

const command = COMMANDS[word]
if (command === undefined) fail(`launch: there is no '${word}'; use one of ${Object.keys(COMMANDS).join(', ')}.`, 2)
install(command.dev)
command.run()

function fail(message, status) {
  process.stderr.write(`${message}\n`)
  process.exit(status)
}

/** Installs unless what is there came from this lock file; with the development tools when they are needed. */
function install(dev) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const [have, kind] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split(' ') : []
  if (have === lock && (kind === 'dev' || !dev)) return
  process.stderr.write('Installing what package-lock.json names …\n')
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(dev ? [] : ['--omit=dev'])], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (npm.status !== 0) fail('The installation failed; npm says why above. Mend it and run the same command again.', 70)
  if (!existsSync(join(bin, 'node')))
    fail(
      `There is no pinned Node for ${process.platform}-${process.arch}; install Node 26 and run it on src/operate.ts.`,
      70,
    )
  writeFileSync(stamp, `${lock} ${dev ? 'dev' : 'run'}`)
}

function environment() {
  const cache = join(root, 'node_modules/.cache/node')
  mkdirSync(cache, { recursive: true })
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache,
  }
}

/** Becomes the pinned Node as far as a parent can: its signals, its streams, its exit status. */
function handOver([program, ...args], flags = []) {
  const child = spawn(join(bin, 'node'), [...flags, join(root, program), ...args], {
    stdio: 'inherit',
    env: environment(),
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function runAll(list) {
  for (const [what, [program, ...args]] of list) {
    process.stdout.write(`— ${what}\n`)
    const { status } = spawnSync(join(bin, program), args, { cwd: root, stdio: 'inherit', env: environment() })
    if (status !== 0) fail(`The check of ${what} failed.`, 1)
  }
}

function check() {
  runAll(CHECKS)
}

/** The load comes from Debian's wrk, which costs the measured servers less than any generator in JavaScript. */
function bench() {
  needDebian('wrk', '/usr/bin/wrk', 'bench')
  handOver(['bench/bench.ts', ...rest])
}

/** Everything: the checks, then every test file, with Node's own summary last. `more`: what the tests find in their environment. */
function test(more) {
  needDebian('postgresql-15', '/usr/lib/postgresql/15/bin/postgres', 'tests')
  needDebian('chromium', '/usr/bin/chromium', 'tests')
  needDebian('openssl', '/usr/bin/openssl', 'tests')
  runAll(CHECKS.slice(0, -1))
  const files = rest.length > 0 ? rest : ['src/**/*.test.ts', 'practice/**/*.test.ts', 'tests/**/*.test.ts']
  const { status } = spawnSync(join(bin, 'node'), ['--test', `--test-concurrency=${TOGETHER}`, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...environment(), ...more },
  })
  process.exit(status ?? 1)
}

/** Tests and bench use Debian's own programs: installs the package when it may, or names it. */
function needDebian(name, file, who) {
  if (existsSync(file)) return
  const apt = (...args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  if (process.getuid?.() === 0 && apt('update').status === 0) apt('install', '-y', '--no-install-recommends', name)
  if (!existsSync(file))
    fail(`The ${who} need${who === 'tests' ? '' : 's'} Debian's package ${name}: apt-get install ${name}`, 1)
}
