import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { importCommand } from './command.ts'

test('an import that can not go on tells what was loaded until then', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-import-'))
  t.after(() => rmSync(folder, { recursive: true }))
  let asked = 0
  const server = createServer((request, response) => {
    if (request.url === '/health/live') return response.end('{}')
    const location = 'http://hospital/fhir/R4/Basic/a/_history/1'
    const answer = { resourceType: 'Bundle', type: 'transaction-response', entry: [{ response: { location } }] }
    return ++asked === 1 ? response.end(JSON.stringify(answer)) : response.writeHead(401).end('{}')
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((done) => server.once('listening', done))

  const bundle = (id: string) => `{"resourceType":"Bundle","type":"transaction","id":"${id}"}`
  const [file, report] = [join(folder, 'all.ndjson'), join(folder, 'report.json')]
  writeFileSync(file, ['a', 'b', 'c'].map(bundle).join('\n'))
  const printed: string[] = []
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const running = importCommand.run(
    { options: { parallel: '1', report }, words: [file] },
    {
      home: folder,
      url,
      operationsUrl: url,
      token: () => 't',
      out: (line) => printed.push(line),
      note: () => undefined,
      version: () => '0',
    },
  )
  await assert.rejects(running, { code: 'cli/wrong-token' })
  assert.deepEqual(printed, ['1 resource loaded from 1 bundle', `  Basic${' '.repeat(34)}1`])
  assert.deepEqual(JSON.parse(readFileSync(report, 'utf8')).loaded, { Basic: 1 })
})
