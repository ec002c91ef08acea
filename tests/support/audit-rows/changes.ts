import { add, observation, PATCH, patient, type Row, refused } from './row.ts'

export const WRITES: readonly Row[] = [
  {
    does: 'an update, with those whose it was and whose it is now',
    asks: ['PUT', 'Observation/o2', observation('o2', 'p2')],
    answers: 200,
    told: [
      {
        action: 'update',
        resources: ['Observation/o2/_history/2'],
        patients: ['Patient/p2', 'Patient/p1'],
        status: 200,
      },
    ],
  },
  {
    does: 'an update that creates',
    asks: ['PUT', 'Patient/new', patient('new')],
    answers: 201,
    told: [{ action: 'update', resources: ['Patient/new/_history/1'], patients: ['Patient/new'], status: 201 }],
  },
  {
    does: 'an update against a version that is not current any more',
    asks: ['PUT', 'Patient/new', patient('new'), { 'if-match': 'W/"7"' }],
    answers: 412,
    told: [
      {
        action: 'update',
        resources: ['Patient/new'],
        patients: ['Patient/new'],
        ...refused(412, 'record/stale-version'),
      },
    ],
  },
  {
    does: 'a create that is not valid',
    asks: ['POST', 'Patient', patient('x', { gender: 'blue' })],
    answers: 422,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(422, 'record/invalid-resource') }],
  },
  {
    does: 'a conditional create that finds what is there, its criteria hashed',
    asks: ['POST', 'Patient', patient('x'), { 'if-none-exist': '_id=p1&identifier=urn:mrn|4711' }],
    answers: 200,
    told: [
      {
        action: 'create',
        resources: ['Patient/p1/_history/1'],
        patients: ['Patient/p1'],
        query: 'Patient?_id=p1&identifier=hashed',
        status: 200,
      },
    ],
  },
  {
    does: 'a conditional update',
    asks: ['PUT', 'Practitioner?_id=d2', { resourceType: 'Practitioner', active: true }],
    answers: 200,
    told: [
      {
        action: 'update',
        resources: ['Practitioner/d2/_history/2'],
        patients: [],
        query: 'Practitioner?_id=d2',
        status: 200,
      },
    ],
  },
  {
    does: 'a patch',
    asks: ['PATCH', 'Patient/new', add('/active', true), PATCH],
    answers: 200,
    told: [{ action: 'patch', resources: ['Patient/new/_history/2'], patients: ['Patient/new'], status: 200 }],
  },
  {
    does: 'a patch that changes nothing',
    asks: ['PATCH', 'Patient/new', '[]', PATCH],
    answers: 200,
    told: [{ action: 'patch', resources: ['Patient/new/_history/2'], patients: ['Patient/new'], status: 200 }],
  },
  {
    does: 'a delete',
    asks: ['DELETE', 'Observation/o3'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/o3/_history/2'], patients: ['Patient/p1'], status: 204 }],
  },
  {
    does: 'a delete of what is deleted already',
    asks: ['DELETE', 'Observation/o3'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/o3/_history/2'], patients: [], status: 204 }],
  },
  {
    does: 'a delete of what never was',
    asks: ['DELETE', 'Observation/never'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/never'], patients: [], status: 204 }],
  },
  {
    does: 'a conditional delete that matches nothing',
    asks: ['DELETE', 'Patient?_id=nobody'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Patient'], patients: [], query: 'Patient?_id=nobody', status: 204 }],
  },
]

export const REFUSALS: readonly Row[] = [
  {
    does: 'an address that there is not',
    asks: ['GET', 'Patient/p1/a/b/c/d'],
    answers: 404,
    told: [{ action: 'operation', resources: [], patients: [], ...refused(404, 'http/no-endpoint') }],
  },
  {
    does: 'a type that there is not',
    asks: ['GET', 'Pateint/p1'],
    answers: 404,
    told: [{ action: 'read', resources: [], patients: [], ...refused(404, 'http/unknown-type') }],
  },
  {
    does: 'what is no id, without repeating it',
    asks: ['GET', 'Patient/John_Doe'],
    answers: 400,
    told: [{ action: 'read', resources: ['Patient'], patients: [], ...refused(400, 'http/bad-id') }],
  },
  {
    does: 'a method that an address does not answer',
    asks: ['DELETE', 'metadata'],
    answers: 405,
    told: [{ action: 'operation', resources: [], patients: [], ...refused(405, 'http/wrong-method') }],
  },
  {
    does: 'a body that is too large',
    asks: ['POST', 'Patient', Buffer.alloc(33 * 1024 * 1024, ' ').toString()],
    answers: 413,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(413, 'http/body-too-large') }],
  },
  {
    does: 'a body of another kind',
    asks: ['POST', 'Patient', 'x', { 'content-type': 'text/plain' }],
    answers: 415,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(415, 'http/wrong-media') }],
  },
  {
    does: 'an address with escapes that stand for nothing',
    asks: ['GET', 'Patient/%zz'],
    answers: 400,
    told: [
      {
        action: 'operation',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: [],
        patients: [],
        ...refused(400, 'http/malformed-url'),
      },
    ],
  },
  {
    does: 'somebody without a token',
    asks: ['GET', 'Patient/p1', undefined, { authorization: '' }],
    answers: 401,
    told: [
      {
        action: 'read',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: ['Patient/p1'],
        patients: ['Patient/p1'],
        ...refused(401, 'http/no-token'),
      },
    ],
  },
  {
    does: 'somebody with a wrong token, wherever they try it',
    asks: ['POST', 'Patient', '{}', { authorization: 'Bearer guessed' }],
    answers: 401,
    told: [
      {
        action: 'create',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: ['Patient'],
        patients: [],
        ...refused(401, 'http/wrong-token'),
      },
    ],
  },
]
