import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { programName, withoutLiterals } from './without-literals.ts'

describe('a statement that is shown', () => {
  const shown: readonly [string, string][] = [
    [`SELECT body FROM fhir."Patient" WHERE id = $1`, `SELECT body FROM fhir."Patient" WHERE id = $1`],
    [
      `SELECT 1 FROM t WHERE name = 'Miller' AND n > 17.5e3 LIMIT 10`,
      `SELECT ? FROM t WHERE name = ? AND n > ? LIMIT ?`,
    ],
    [`SELECT 'O''Miller', E'a\\'Miller', U&'Miller', x'4D', b'01'`, `SELECT ?, ?, ?, ?, ?`],
    [`SELECT $$Miller$$, $q$Mil$$ler$q$`, `SELECT ?, ?`],
    [`CREATE ROLE ada PASSWORD 'Miller'`, `CREATE ROLE ada PASSWORD ?`],
    [`SELECT x AS "Mary Miller" FROM t -- Miller\n WHERE y /* Miller */ = 2`, `SELECT x AS "?" FROM t WHERE y = ?`],
    [`SELECT 'Miller`, `SELECT ?`],
    [`SELECT /* Miller`, `SELECT`],
    [`SELECT $$Miller`, `SELECT ?`],
    [`SELECT a1, t2.c3 FROM t4`, `SELECT a1, t2.c3 FROM t4`],
    [`SELECT Müller FROM t`, `SELECT M?ller FROM t`],
    [`COPY t FROM '/home/miller/x' WITH (FORMAT csv)`, `COPY t FROM ? WITH (FORMAT csv)`],
  ]
  for (const [text, wanted] of shown) test(wanted, () => assert.equal(withoutLiterals(text), wanted))

  test('is cut where it is longer than anybody reads', () => {
    assert.ok(withoutLiterals(`SELECT ${'a, '.repeat(10_000)}`).length < 2_010)
  })
})

test('a program is named as it calls itself, unless that is no name of a program', () => {
  assert.equal(programName('omnicare'), 'omnicare')
  assert.equal(programName(''), 'without a name')
  assert.equal(programName('Müller; 1980'), 'with an unusual name')
})
