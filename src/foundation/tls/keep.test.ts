import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { filesFor, type Made, newCertificate, put } from '../../../tests/support/certificates.ts'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { until } from '../../../tests/support/running.ts'
import type { After } from '../../../tests/support/suite.ts'
import { keepPair } from './keep.ts'
import type { PairFiles } from './pair.ts'

function keeping(t: After, files: PairFiles, held?: Made) {
  const { log, lines } = readableLog()
  const metrics = new Registry()
  const kept = keepPair({ files, log, metrics, nowMs: () => Date.now(), held, everyMs: 20 })
  t.after(() => kept[Symbol.dispose]())
  return { kept, lines, metrics, serves: (made: Made) => until('it is taken', () => kept.current().cert === made.cert) }
}

describe('a pair that is kept', () => {
  test('is that of the files again once both have changed, and whoever serves it is told once', async (t) => {
    const files = filesFor(t, newCertificate(t))
    const { kept, serves, metrics } = keeping(t, files)
    const taken: string[] = []
    kept.onTaken(({ cert }) => taken.push(cert))
    const next = newCertificate(t)
    put(files, next)
    await serves(next)
    assert.deepEqual(taken, [next.cert])
    assert.match(await metrics.metrics(), /^omnicare_tls_reloads_total\{outcome="taken"\} 1$/m)
    const ends = kept.current().leaf.validToDate.getTime() / 1000
    assert.match(await metrics.metrics(), new RegExp(`^omnicare_tls_certificate_not_after_seconds ${ends}$`, 'm'))
  })

  test('follows links that lead elsewhere, as certbot makes them', async (t) => {
    const [first, second] = [newCertificate(t), newCertificate(t)]
    const folder = dirname(filesFor(t, first).certificate)
    const files = { certificate: join(folder, 'live.pem'), key: join(folder, 'live.key') }
    const store = (made: Made, n: number) => {
      writeFileSync(join(folder, `cert${n}.pem`), made.cert)
      writeFileSync(join(folder, `key${n}.pem`), made.key, { mode: 0o600 })
      for (const [file, name] of [
        [files.certificate, `cert${n}.pem`],
        [files.key, `key${n}.pem`],
      ] as const) {
        symlinkSync(name, `${file}.new`)
        renameSync(`${file}.new`, file)
      }
    }
    store(first, 1)
    const { serves } = keeping(t, files)
    store(second, 2)
    await serves(second)
  })

  test('follows a folder that is exchanged under its link, as Kubernetes does with secrets', async (t) => {
    const [first, second] = [newCertificate(t), newCertificate(t)]
    const folder = dirname(filesFor(t, first).certificate)
    const store = (made: Made, name: string) => {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'tls.crt'), made.cert)
      writeFileSync(join(folder, name, 'tls.key'), made.key, { mode: 0o440 })
      symlinkSync(name, join(folder, '..data.new'))
      renameSync(join(folder, '..data.new'), join(folder, '..data'))
    }
    store(first, '..2026_01')
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(folder, name))
    const { serves } = keeping(t, { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') })
    store(second, '..2026_02')
    await serves(second)
  })

  test('stays while the files hold what can not be served; the log says so once, a metric all the while', async (t) => {
    const first = newCertificate(t)
    const files = filesFor(t, first)
    const { kept, serves, lines, metrics } = keeping(t, files)
    const next = newCertificate(t)
    put(files, { cert: next.cert, key: first.key })
    await until('it is refused', () => kept.failure() !== undefined)
    assert.equal(kept.current().cert, first.cert)
    assert.match(kept.failure() ?? '', /is not that of the first certificate/)
    assert.match(await metrics.metrics(), /^omnicare_tls_files_refused 1$/m)
    assert.equal(lines.filter(({ level }) => level === 'error').length, 1)
    assert.doesNotMatch(JSON.stringify(lines), /PRIVATE/)

    put(files, next)
    await serves(next)
    assert.equal(kept.failure(), undefined)
    assert.match(await metrics.metrics(), /^omnicare_tls_files_refused 0$/m)
  })

  test('is what a process was handed that is started again while the files hold what can not be served, until they are mended', async (t) => {
    const [former, next] = [newCertificate(t), newCertificate(t)]
    const files = filesFor(t, { cert: next.cert, key: former.key })
    const { kept, lines, metrics, serves } = keeping(t, files, former)
    assert.equal(kept.current().cert, former.cert)
    assert.match(String(kept.failure()), /key/)
    assert.ok(lines.some((line) => String(line.message).includes('from before the restart is')))
    assert.match(await metrics.metrics(), /^omnicare_tls_files_refused 1$/m)
    put(files, next)
    await serves(next)
    assert.equal(kept.failure(), undefined)
    assert.match(await metrics.metrics(), /^omnicare_tls_files_refused 0$/m)
  })

  test('is that of the files, whatever was handed over, and none when neither can be served', (t) => {
    const [former, next] = [newCertificate(t), newCertificate(t)]
    const files = filesFor(t, next)
    assert.equal(keeping(t, files, former).kept.current().cert, next.cert)
    put(files, { cert: next.cert, key: former.key })
    assert.throws(() => keeping(t, files, { cert: former.cert, key: next.key }), { code: 'tls/other-key' })
  })

  test('recovers when only the rights of a file were wrong', async (t) => {
    const files = filesFor(t, newCertificate(t))
    const { kept } = keeping(t, files)
    chmodSync(files.key, 0o644)
    await until('it is refused', () => kept.failure() !== undefined)
    chmodSync(files.key, 0o600)
    await until('it is served', () => kept.failure() === undefined)
  })

  test('is read at once when somebody asks for it', (t) => {
    const files = filesFor(t, newCertificate(t))
    const { kept } = keeping(t, files)
    const next = newCertificate(t)
    put(files, next)
    kept.reload()
    assert.equal(kept.current().cert, next.cert)
  })

  test('that ends within two weeks is warned of', (t) => {
    const { lines } = keeping(t, filesFor(t, newCertificate(t, { days: 5 })))
    assert.deepEqual(
      lines.map(({ level, facts }) => [level, facts.days]),
      [['warn', 4]],
    )
  })
})
