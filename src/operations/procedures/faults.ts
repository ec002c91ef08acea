import { faults } from '#foundation/fault.ts'

export const procedureFaults = faults('procedures', {
  'no-such-procedure': {
    kind: 'missing',
    says: 'There is no such procedure, or it was not due yet.',
    remedy: 'GET /api/operations/procedures lists those that there are.',
  },
  'no-such-step': {
    kind: 'missing',
    says: 'The procedure has no such step.',
    remedy: 'Look at the procedure: its plan names the steps.',
  },
  'not-now': {
    kind: 'conflict',
    says: (d: { why: string }) => d.why,
    remedy: 'Look at the procedure again: somebody else may have gone on with it.',
  },
  'same-person': {
    kind: 'conflict',
    says: (d: { why: string }) => d.why,
    remedy: 'Let the one who comes accept it, signed in as themselves.',
  },
  'note-needed': {
    kind: 'unprocessable',
    says: 'This answer needs a note: what was found, and what is done about it.',
    remedy: 'Send the answer again with a note.',
  },
  'note-too-long': {
    kind: 'unprocessable',
    says: (d: { most: number }) => `A note has at most ${d.most} characters.`,
    remedy: 'Say it shorter, or in several notes.',
  },
  'bad-answer': {
    kind: 'invalid',
    says: 'The answer is none of those that there are.',
    remedy: 'Answer with well, problem or not-done.',
  },
  'bad-filter': {
    kind: 'invalid',
    says: 'A filter of the history has a value that it can not have.',
    remedy: 'procedure takes a name, state a state, before a time in RFC 3339, most a number from 1 to 200.',
  },
  'too-much': {
    kind: 'conflict',
    says: 'More was written to this procedure than to any other: nothing is added to it.',
    remedy: 'Write it into the next one.',
  },
})
