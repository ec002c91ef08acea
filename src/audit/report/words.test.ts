import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RESOURCE_TYPES } from '#fhir'
import { entryOf } from '../../../tests/support/ledger.ts'
import { ACTIONS, type AuditEntry, OUTCOMES } from '../terms.ts'
import { deed, doer, purpose, tidy } from './words.ts'

describe('the words of a patient report', () => {
  test('name every type of resource, action and outcome without the names that programs use', () => {
    for (const type of RESOURCE_TYPES)
      for (const action of ACTIONS)
        for (const outcome of OUTCOMES) {
          const said = deed(entryOf({ action, outcome, resources: [`${type}/1`] }))
          assert.match(said, /^[A-Z][a-z]/)
          assert.doesNotMatch(said, /[a-z][A-Z]|\/|vread|undefined/, said)
        }
  })

  test('say nothing of the parts where an entry is about several patients: they may be others’', () => {
    const said = deed(entryOf({ action: 'search', patients: ['Patient/1', 'Patient/2'], resources: ['Condition/7'] }))
    assert.equal(said, 'Searched for and saw your record, in a list of several patients')
  })

  test('join what was seen at once', () => {
    const saw = (...resources: string[]) => deed(entryOf({ resources }))
    assert.equal(saw('Patient/1'), 'Looked at your personal details')
    assert.equal(
      saw('Patient/1', 'Condition/1', 'Condition/2', 'Encounter/3'),
      'Looked at your personal details, your diagnoses and problems and your visits and stays',
    )
    assert.equal(saw('Patient/1', 'Goal/1', 'Claim/1', 'Media/1'), 'Looked at many parts of your record')
    assert.equal(saw('BodyStructure/1'), 'Looked at your record (body structure)')
    assert.equal(saw(), 'Looked at your record')
  })

  test('say by whom, also when that was no person', () => {
    const by = (actor: AuditEntry['actor']) => doer({ actor })
    assert.equal(by({ kind: 'person', id: 'ada', name: 'Ada Lovelace' }), 'Ada Lovelace')
    assert.equal(by({ kind: 'client', id: 'lab-feed' }), 'the program lab-feed')
    assert.equal(by({ kind: 'nobody', id: '' }), 'somebody who had not signed in')
  })

  test('say what for, also for purposes that nobody has heard of', () => {
    assert.deepEqual(['TREAT', 'HPAYMT', '', 'XYZ'].map(purpose), [
      'to treat you',
      'for bills and insurance',
      'for a purpose that was not given',
      'for the purpose "XYZ"',
    ])
  })

  test('take out of names what would steer a terminal or turn the line round', () => {
    assert.equal(tidy('Ada\u001b[2J\u202e Lovelace\n'), 'Ada [2J Lovelace')
  })
})
