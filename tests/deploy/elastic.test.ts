/** The files for Elasticsearch, Logstash, Filebeat and Kibana: whole, of one mind with each other and with the code. */
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { openLog } from '#foundation/log.ts'
import { lineOf } from '../../src/audit/logs/line.ts'
import { KEEP_DAYS } from '../../src/operations/logs/policy.ts'
import { LOG_KINDS } from '../../src/operations/logs/terms.ts'
import { entryOf } from '../support/ledger.ts'

const root = join(import.meta.dirname, '../../deploy/elastic')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
// biome-ignore lint/suspicious/noExplicitAny: each file has a form of its own.
const jsonOf = (file: string): any => JSON.parse(textOf(file))

interface SavedObject {
  readonly id: string
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has attributes of its own.
  readonly attributes: any
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[]
}

type Mapping = { readonly type?: string; readonly properties?: Readonly<Record<string, Mapping>> }
const mapped = (): Readonly<Record<string, Mapping>> =>
  jsonOf('elasticsearch/component-template-mappings.json').template.mappings.properties
const isMapped = (path: string): boolean => {
  let at: Mapping = { properties: mapped() }
  for (const part of path.split('.')) {
    const next = at.properties?.[part]
    if (next === undefined) return false
    at = next
  }
  return at.type !== undefined
}

/** Every value of an object, by its path; names with points are paths already. */
function pathsOf(value: object, before = ''): string[] {
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? pathsOf(one, `${before}${name}.`)
      : [before + name],
  )
}

describe('the files for Elasticsearch', () => {
  test('are JSON and YAML that can be read', () => {
    for (const file of globSync('**/*.json', { cwd: root })) assert.ok(jsonOf(file), file)
    for (const file of globSync('**/*.yml', { cwd: root })) assert.ok(parse(textOf(file)), file)
    for (const line of textOf('kibana/omnicare.ndjson').trimEnd().split('\n')) assert.ok(JSON.parse(line).id)
  })

  test('keep each kind of log as long as the code does, and the audit trail unchanged', () => {
    for (const kind of LOG_KINDS) {
      const { phases } = jsonOf(`elasticsearch/ilm-${kind}.json`).policy
      assert.equal(phases.delete.min_age, `${KEEP_DAYS[kind]}d`)
      const template = jsonOf(`elasticsearch/index-template-${kind}.json`)
      assert.deepEqual(template.index_patterns, [`logs-omnicare.${kind}-*`])
      assert.equal(template.template.settings['index.lifecycle.name'], `omnicare-${kind}`)
      assert.match(textOf('logstash/pipeline/omnicare.conf'), new RegExp(`"${kind}"`))
      assert.match(textOf('elasticsearch/setup.sh'), /in application backup audit/)
    }
    assert.deepEqual(
      Object.keys(jsonOf('elasticsearch/ilm-audit.json').policy.phases.warm.actions).includes('readonly'),
      true,
    )
  })

  test('have a field for whatever our lines have', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'omnicare-elastic-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const log = openLog({ service: 'hospital', folder, level: 'info', toStdout: false })
    log.error({ err: new Error('x'), 'http.request.id': 'r', 'url.path': '/', 'event.code': 'a/b' }, 'm')
    await log[Symbol.asyncDispose]()
    const application = JSON.parse(readFileSync(join(folder, 'hospital.log'), 'utf8')) as object
    const entry = entryOf({
      patients: ['Patient/1'],
      address: '10.0.0.1',
      agent: 'curl/8.1',
      breakGlass: true,
      code: 'a/b',
    })
    const audit = JSON.parse(lineOf({ index: 1, source: 'record', entry, lost: true }, 'audit')) as object
    const missing = [...pathsOf(application), ...pathsOf(audit)].filter((path) => !isMapped(path))
    assert.deepEqual(missing, [])
  })

  test('take from the folders what the code writes there, each kind by itself', () => {
    const { 'filebeat.inputs': inputs } = parse(textOf('filebeat/filebeat.yml')) as {
      'filebeat.inputs': { id: string; paths: string[]; fields: { omnicare_log: string } }[]
    }
    assert.deepEqual(inputs.map(({ fields }) => fields.omnicare_log).sort(), [...LOG_KINDS].sort())
    assert.equal(new Set(inputs.map(({ id }) => id)).size, inputs.length)
    const folderOf = (kind: string) => (kind === 'audit' ? 'audit-logs' : 'logs')
    for (const { paths, fields } of inputs)
      for (const path of paths) assert.ok(path.startsWith(`\${OMNICARE_HOME}/${folderOf(fields.omnicare_log)}/`), path)
  })

  test('name in Kibana only views, searches and fields that there are', () => {
    const objects = textOf('kibana/omnicare.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as SavedObject)
    const ids = new Set(objects.map(({ type, id }) => `${type}/${id}`))
    assert.equal(ids.size, objects.length)
    for (const { id, references } of objects)
      for (const reference of references)
        assert.ok(ids.has(`${reference.type}/${reference.id}`), `${id}: ${reference.id}`)
    const patterns = objects.filter(({ type }) => type === 'index-pattern').map(({ attributes }) => attributes.title)
    assert.deepEqual(patterns.sort(), LOG_KINDS.map((kind) => `logs-omnicare.${kind}-*`).sort())
    for (const { id, type, attributes } of objects) {
      if (type === 'search') {
        for (const column of attributes.columns) assert.ok(isMapped(column), `${id}: ${column}`)
        const { query, indexRefName } = JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON)
        assert.equal(indexRefName, 'kibanaSavedObjectMeta.searchSourceJSON.index')
        for (const [, field = ''] of query.query.matchAll(/([a-z_.]+):/g)) assert.ok(isMapped(field), `${id}: ${field}`)
      }
      if (type === 'dashboard')
        for (const panel of JSON.parse(attributes.panelsJSON)) assert.match(panel.panelRefName, /^panel_\d$/)
    }
  })

  test('have braces and quotes in pairs in the pipeline of Logstash, and secrets only from outside', () => {
    const text = textOf('logstash/pipeline/omnicare.conf').replaceAll(/^\s*#.*$/gm, '')
    const bare = text.replaceAll(/"[^"\n]*"/g, '')
    assert.doesNotMatch(bare, /"/)
    let depth = 0
    for (const [brace] of bare.matchAll(/[{}]/g)) {
      depth += brace === '{' ? 1 : -1
      assert.ok(depth >= 0)
    }
    assert.equal(depth, 0)
    assert.deepEqual(
      [...bare.matchAll(/^(\w+) \{/gm)].map(([, section]) => section),
      ['input', 'filter', 'output'],
    )
    for (const [, value = ''] of text.matchAll(/(?:api_key|ssl_key|hosts) => \[?"([^"]*)"/g))
      assert.match(value, /^\$\{[A-Z_]+\}$/)
  })
})
