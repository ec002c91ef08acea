import { type Row, refused } from './row.ts'

export const READS: readonly Row[] = [
  {
    does: 'a read, with the version that left and whose data it is',
    asks: ['GET', 'Observation/o1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Observation/o1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read of a patient',
    asks: ['GET', 'Patient/p1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read of what concerns several patients',
    asks: ['GET', 'Appointment/a1'],
    answers: 200,
    told: [
      { action: 'read', resources: ['Appointment/a1/_history/1'], patients: ['Patient/p1', 'Patient/p2'], status: 200 },
    ],
  },
  {
    does: 'a read of what is about no patient',
    asks: ['GET', 'Practitioner/d1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Practitioner/d1/_history/1'], patients: [], status: 200 }],
  },
  {
    does: 'a read by HEAD',
    asks: ['HEAD', 'Patient/p1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read that finds the reader up to date',
    asks: ['GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"1"' }],
    answers: 304,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 304 }],
  },
  {
    does: 'a read of an id that nobody has',
    asks: ['GET', 'Patient/nobody'],
    answers: 404,
    told: [
      {
        action: 'read',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'http/no-resource'),
      },
    ],
  },
  {
    does: 'a read of what was deleted',
    asks: ['GET', 'Patient/gone'],
    answers: 410,
    told: [
      { action: 'read', resources: ['Patient/gone'], patients: ['Patient/gone'], ...refused(410, 'http/deleted') },
    ],
  },
  {
    does: 'a read in a form that is not spoken, of which nothing leaves',
    asks: ['GET', 'Binary/b1', undefined, { accept: 'application/fhir+xml' }],
    answers: 406,
    told: [{ action: 'read', resources: ['Binary/b1'], patients: [], ...refused(406, 'http/not-acceptable') }],
  },
  {
    does: 'a read of one version',
    asks: ['GET', 'Patient/p2/_history/1'],
    answers: 200,
    told: [{ action: 'vread', resources: ['Patient/p2/_history/1'], patients: ['Patient/p2'], status: 200 }],
  },
  {
    does: 'a read of a version that never was',
    asks: ['GET', 'Patient/p2/_history/9'],
    answers: 404,
    told: [
      {
        action: 'vread',
        resources: ['Patient/p2/_history/9'],
        patients: ['Patient/p2'],
        ...refused(404, 'http/no-version'),
      },
    ],
  },
  {
    does: 'the history of a resource, with every version and all whose it was',
    asks: ['GET', 'Observation/moved/_history'],
    answers: 200,
    told: [
      {
        action: 'history',
        resources: ['Observation/moved/_history/2', 'Observation/moved/_history/1'],
        patients: ['Patient/p2', 'Patient/p1'],
        status: 200,
      },
    ],
  },
  {
    does: 'the history of a type',
    asks: ['GET', 'Binary/_history?_count=1'],
    answers: 200,
    told: [
      {
        action: 'history',
        resources: ['Binary/b1/_history/1'],
        patients: [],
        query: 'Binary?_count=1',
        status: 200,
      },
    ],
  },
  {
    does: 'the history of what never was',
    asks: ['GET', 'Patient/nobody/_history'],
    answers: 404,
    told: [
      {
        action: 'history',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'record/unknown-instance'),
      },
    ],
  },
  {
    does: 'what the server can do',
    asks: ['GET', 'metadata'],
    answers: 200,
    told: [{ action: 'capabilities', resources: [], patients: [], status: 200 }],
  },
]

export const SEARCHES: readonly Row[] = [
  {
    does: 'a search, with what it found and whose data left, also of what was included',
    asks: ['GET', 'Observation?_id=o1&_include=Observation:subject'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Observation/o1/_history/1', 'Patient/p1/_history/1'],
        patients: ['Patient/p1'],
        query: 'Observation?_id=o1&_include=Observation%3Asubject',
        status: 200,
      },
    ],
  },
  {
    does: 'a search in a chart that finds nothing, which says something about the patient too',
    asks: ['GET', 'Observation?patient=Patient/p2&code=http://loinc.org|1-8'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Observation'],
        patients: ['Patient/p2'],
        query: 'Observation?patient=Patient%2Fp2&code=http%3A%2F%2Floinc.org%7C1-8',
        status: 200,
      },
    ],
  },
  {
    does: 'a search for what several patients have together, of which there is nothing',
    asks: ['GET', 'Appointment?patient=Patient/p3,Patient/p4&actor=Practitioner/d1'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Appointment'],
        patients: ['Patient/p3', 'Patient/p4'],
        query: 'Appointment?patient=Patient%2Fp3%2CPatient%2Fp4&actor=Practitioner%2Fd1',
        status: 200,
      },
    ],
  },
  {
    does: 'a search that only counts',
    asks: ['GET', 'Practitioner?_summary=count'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Practitioner'],
        patients: [],
        query: 'Practitioner?_summary=count',
        status: 200,
      },
    ],
  },
  {
    does: 'a search by POST',
    asks: ['POST', 'Practitioner/_search', '_id=d1', { 'content-type': 'application/x-www-form-urlencoded' }],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Practitioner/d1/_history/1'],
        patients: [],
        query: 'Practitioner?_id=d1',
        status: 200,
      },
    ],
  },
  {
    does: 'a search that is refused',
    asks: ['GET', 'Patient?birthdate=yesterday'],
    answers: 400,
    told: [{ action: 'search', resources: ['Patient'], patients: [], ...refused(400, 'record/bad-parameter') }],
  },
]
