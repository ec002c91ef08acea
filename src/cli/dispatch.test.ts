import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { dispatch } from './dispatch.ts'

/** What a command line gives that asks nobody anything. */
async function typed(...args: string[]): Promise<{ status: number; said: string }> {
  const lines: string[] = []
  const unasked = () => assert.fail('it asked for the token')
  const status = await dispatch(COMMANDS, args, {
    home: '/nowhere',
    url: 'http://127.0.0.1:9',
    operationsUrl: 'http://127.0.0.1:9',
    token: unasked,
    out: (line) => lines.push(line),
    note: unasked,
    version: () => '1.2.3',
  })
  return { status, said: lines.join('\n') }
}

describe('the help of the command line', () => {
  test('names every command and what it does, however it is asked for', async () => {
    const { status, said } = await typed('--help')
    assert.equal(status, 0)
    for (const { words, does } of COMMANDS) assert.match(said, new RegExp(`^  ${words} +${does}$`, 'm'))
    assert.match(said, /--version +\S/)
    for (const args of [[], ['help'], ['-h'], ['help', '--help']])
      assert.deepEqual(await typed(...args), { status: 0, said })
  })

  test('tells of a command what each option means, what it is without, and an example', async () => {
    for (const words of ['import', 'practice patients', 'status']) {
      const { status, said } = await typed(...words.split(' '), '--help')
      assert.equal(status, 0)
      assert.match(said, new RegExp(`^omnicare ${words} \\[options\\]`))
      assert.match(said, new RegExp(`For example:\n  omnicare ${words}\\b`))
      const command = await COMMANDS.find((one) => one.words === words)?.load()
      for (const [name, option] of Object.entries(command?.options ?? {})) {
        assert.match(
          said,
          new RegExp(`^  --${name}${option.takes === undefined ? '' : ` ${option.takes}`} +[A-Z].*\\.$`, 'm'),
        )
        if (option.default !== undefined)
          assert.match(said, new RegExp(`--${name} .*Default: ${option.default}\\.$`, 'm'))
      }
      for (const args of [
        [...words.split(' '), '-h'],
        ['help', ...words.split(' ')],
      ])
        assert.deepEqual(await typed(...args), { status: 0, said })
    }
  })

  test('says of every option of every command what it means, and whether it takes a value', async () => {
    const silent: string[] = []
    for (const { words, load } of COMMANDS)
      for (const [name, { type, means = '', takes }] of Object.entries((await load()).options))
        if (!/^[A-Za-z].*\.$/.test(means) || (type === 'string') !== (takes !== undefined))
          silent.push(`${words} --${name}`)
    assert.deepEqual(silent, [])
  })

  test('lists the commands of an area, however deep', async () => {
    const users = await typed('identity', 'users', '--help')
    assert.match(users.said, /^ {2}identity users invite /m)
    assert.doesNotMatch(users.said, /^ {2}identity keys /m)
    await assert.rejects(typed('identity', 'users'), { message: /omnicare identity users --help\?/ })
    const { said } = await typed('audit', '--help')
    assert.match(said, /^ {2}audit verify /m)
    assert.doesNotMatch(said, /^ {2}import /m)
    assert.deepEqual(await typed('help', 'audit'), { status: 0, said })
    await assert.rejects(typed('audit'), { code: 'cli/unknown-command', message: /omnicare audit --help\?/ })
  })

  test('fits into 120 columns', async () => {
    const pages = [['--help'], ...COMMANDS.map(({ words }) => ['help', ...words.split(' ')])]
    for (const args of pages)
      for (const line of (await typed(...args)).said.split('\n')) assert.ok(line.length <= 120, line)
  })
})

describe('a command line', () => {
  test('may ask for the version, which is that of package.json', async () => {
    assert.deepEqual(await typed('--version'), { status: 0, said: 'omnicare 1.2.3' })
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
    const program = join(import.meta.dirname, '../omnicare.ts')
    const said = execFileSync(process.execPath, [program, '--version'], { env: {} })
    assert.equal(String(said), `omnicare ${version}\n`)
  })

  test('is refused when it says more than the command takes', async () => {
    for (const args of [
      ['status', 'extra'],
      ['practice', 'patients', 'extra'],
      ['audit', 'verify', 'extra'],
      ['--version', 'extra'],
      ['status', '--jsn'],
      ['status', '--json=yes'],
      ['import', '--parallel'],
    ])
      await assert.rejects(typed(...args), { code: 'cli/bad-options', kind: 'invalid' }, args.join(' '))
  })

  test('is refused when a number is none', async () => {
    for (const number of ['', '0', '65', '1.5', '1e1', '0x2', 'all', ' 4'])
      await assert.rejects(typed('import', `--parallel=${number}`, '-'), {
        code: 'cli/bad-options',
        message: /1 to 64/,
      })
    await assert.rejects(typed('practice', 'patients', '--count='), { code: 'cli/bad-options' })
  })

  test('that names no command is told what comes nearest, if anything does', async () => {
    await assert.rejects(typed('imprt'), { code: 'cli/unknown-command', message: /omnicare import\?$/ })
    for (const args of [['xyz'], ['help', 'xyz'], ['xyz', '--help']])
      await assert.rejects(typed(...args), { code: 'cli/unknown-command', message: 'There is no such command.' })
  })
})
