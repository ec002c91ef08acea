import { observation, patient, type Row, refused, type Told } from './row.ts'

export const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
  ...(resource && { resource }),
  request: { method, url, ...more },
})
export const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })
const whole = (action: 'batch' | 'transaction'): Told => ({ action, resources: [], patients: [], status: 200 })

export const BUNDLES: readonly Row[] = [
  {
    does: 'a transaction: itself, and each of its entries',
    asks: [
      'POST',
      '',
      bundle(
        'transaction',
        entry('PUT', 'Patient/t1', patient('t1')),
        entry('PUT', 'Observation/ot', observation('ot', 't1')),
        entry('DELETE', 'Observation/o4'),
        entry('DELETE', 'Patient?_id=nobody'),
        entry('GET', 'Patient/t1'),
        entry('GET', 'Observation?_id=ot'),
      ),
    ],
    answers: 200,
    told: [
      whole('transaction'),
      { action: 'update', resources: ['Patient/t1/_history/1'], patients: ['Patient/t1'], status: 201 },
      { action: 'update', resources: ['Observation/ot/_history/1'], patients: ['Patient/t1'], status: 201 },
      { action: 'delete', resources: ['Observation/o4/_history/2'], patients: ['Patient/p1'], status: 204 },
      { action: 'delete', resources: ['Patient'], patients: [], query: 'Patient?_id=nobody', status: 204 },
      { action: 'read', resources: ['Patient/t1/_history/1'], patients: ['Patient/t1'], status: 200 },
      {
        action: 'search',
        resources: ['Observation/ot/_history/1'],
        patients: ['Patient/t1'],
        query: 'Observation?_id=ot',
        status: 200,
      },
    ],
  },
  {
    does: 'an update in a transaction as one by itself: with those whose it was, too',
    asks: ['POST', '', bundle('transaction', entry('PUT', 'Observation/moved', observation('moved', 'p1')))],
    answers: 200,
    told: [
      whole('transaction'),
      {
        action: 'update',
        resources: ['Observation/moved/_history/3'],
        patients: ['Patient/p1', 'Patient/p2'],
        status: 200,
      },
    ],
  },
  {
    does: 'reads in a batch as by themselves: of who is up to date, of a version that never was',
    asks: [
      'POST',
      '',
      bundle(
        'batch',
        entry('GET', 'Patient/p2', undefined, { ifNoneMatch: 'W/"1"' }),
        entry('GET', 'Patient/p2/_history/9'),
      ),
    ],
    answers: 200,
    told: [
      whole('batch'),
      { action: 'read', resources: ['Patient/p2/_history/1'], patients: ['Patient/p2'], status: 304 },
      {
        action: 'vread',
        resources: ['Patient/p2/_history/9'],
        patients: ['Patient/p2'],
        ...refused(404, 'record/unknown-instance'),
      },
    ],
  },
  {
    does: 'a transaction that is refused: once, for all of it',
    asks: [
      'POST',
      '',
      bundle('transaction', entry('PUT', 'Patient/t2', patient('t2')), entry('GET', 'Patient/nobody')),
    ],
    answers: 404,
    told: [{ action: 'transaction', resources: [], patients: [], ...refused(404, 'record/unknown-instance') }],
  },
  {
    does: 'a batch: each of its entries, refused ones too, and itself',
    asks: [
      'POST',
      '',
      bundle(
        'batch',
        entry('PUT', 'Patient/t3', patient('t3')),
        entry('GET', 'Patient/p1'),
        entry('GET', 'Patient/nobody'),
        entry('PUT', 'Patient/t4', patient('t4', { gender: 'blue' })),
        entry('BREW', 'Coffee'),
      ),
    ],
    answers: 200,
    told: [
      whole('batch'),
      { action: 'update', resources: ['Patient/t3/_history/1'], patients: ['Patient/t3'], status: 201 },
      { action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 },
      {
        action: 'read',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'record/unknown-instance'),
      },
      {
        action: 'update',
        resources: ['Patient/t4'],
        patients: ['Patient/t4'],
        ...refused(422, 'record/invalid-resource'),
      },
      { action: 'operation', resources: [], patients: [], ...refused(400, 'record/bad-entry') },
    ],
  },
  {
    does: 'a Bundle that is none',
    asks: ['POST', '', { resourceType: 'Bundle', type: 'collection' }],
    answers: 400,
    told: [{ action: 'transaction', resources: [], patients: [], ...refused(400, 'record/not-a-bundle') }],
  },
]
