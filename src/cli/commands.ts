/** Every command, one line each. */
import type { Entry } from './command.ts'

export const COMMANDS: readonly Entry[] = [
  {
    words: 'alerts acknowledge',
    does: 'Says that somebody is at an alert, and why.',
    load: async () => (await import('./alerts/alerts.ts')).acknowledgeCommand,
  },
  {
    words: 'alerts history',
    does: 'Shows the alerts that are over.',
    load: async () => (await import('./alerts/alerts.ts')).historyCommand,
  },
  {
    words: 'alerts list',
    does: 'Shows the alerts that are pending or fire, and what is silenced.',
    load: async () => (await import('./alerts/alerts.ts')).listCommand,
  },
  {
    words: 'alerts silence',
    does: 'Has nobody told of alerts with some labels until a time, or ends that.',
    load: async () => (await import('./alerts/alerts.ts')).silenceCommand,
  },
  {
    words: 'audit checkpoint',
    does: 'Shows the latest signed checkpoint of the audit ledger, to be kept elsewhere.',
    load: async () => (await import('./audit/prove.ts')).checkpointCommand,
  },
  {
    words: 'audit count',
    does: 'Counts the entries of the audit trail that fulfil all filters.',
    load: async () => (await import('./audit/search.ts')).countCommand,
  },
  {
    words: 'audit export',
    does: 'Exports the audit ledger, encrypted, to a folder that anybody can verify.',
    load: async () => (await import('./audit/prove.ts')).exportCommand,
  },
  {
    words: 'audit keys',
    does: 'Shows the keys of the audit ledger, replaces them, or destroys that of a month.',
    load: async () => (await import('./audit/keys.ts')).keysCommand,
  },
  {
    words: 'audit prove',
    does: 'Proves to an outsider that an entry is in the audit ledger.',
    load: async () => (await import('./audit/prove.ts')).proveCommand,
  },
  {
    words: 'audit report',
    does: 'Tells a patient who looked at their record, in plain words: text, PDF or JSON.',
    load: async () => (await import('./audit/report.ts')).reportCommand,
  },
  {
    words: 'audit search',
    does: 'Searches the audit trail by person, patient, action, time, outcome, break-glass.',
    load: async () => (await import('./audit/search.ts')).searchCommand,
  },
  {
    words: 'audit tail',
    does: 'Shows the newest entries of the audit trail.',
    load: async () => (await import('./audit/search.ts')).tailCommand,
  },
  {
    words: 'audit verify',
    does: 'Computes the audit ledger anew and names the first entry that was altered.',
    load: async () => (await import('./audit/verify.ts')).verifyCommand,
  },
  {
    words: 'health',
    does: 'The morning check: cluster, application, database, errors, SLA, and what is wrong.',
    load: async () => (await import('./health/command.ts')).healthCommand,
  },
  {
    words: 'capacity',
    does: 'Recommends processes, connections, memory and disk from measured load and trend.',
    load: async () => (await import('./capacity/command.ts')).capacityCommand,
  },
  {
    words: 'database optimize',
    does: 'Shows what the databases need: statistics, vacuum, indexes anew; --apply does it.',
    load: async () => (await import('./database/optimize.ts')).optimizeCommand,
  },
  {
    words: 'identity clients',
    does: 'Shows, registers and ends programs that get access by OAuth.',
    load: async () => (await import('./identity/clients.ts')).clientsCommand,
  },
  {
    words: 'identity keys',
    does: 'Shows, makes and ends the API keys of machines; --expiring: those with 30 days left.',
    load: async () => (await import('./identity/keys.ts')).apiKeysCommand,
  },
  {
    words: 'identity providers',
    does: 'Shows, adds, tests, removes identity providers that people sign in by, and links them.',
    load: async () => (await import('./identity/providers.ts')).providersCommand,
  },
  {
    words: 'identity mail',
    does: 'Shows what waits to be mailed, was mailed, or could not be.',
    load: async () => (await import('./identity/mail.ts')).mailCommand,
  },
  {
    words: 'identity sessions',
    does: 'Shows who is signed in, ends sessions; --orphaned those that nobody can use any more.',
    load: async () => (await import('./identity/sessions.ts')).sessionsCommand,
  },
  {
    words: 'identity signing-keys',
    does: 'Shows, replaces and revokes the keys that sign access tokens.',
    load: async () => (await import('./identity/signing-keys.ts')).signingKeysCommand,
  },
  {
    words: 'identity users end',
    does: 'Ends an account for good.',
    load: async () => (await import('./identity/users.ts')).endCommand,
  },
  {
    words: 'identity users invite',
    does: 'Makes an account; the link that it shows is how its owner gets in.',
    load: async () => (await import('./identity/users.ts')).inviteCommand,
  },
  {
    words: 'identity users list',
    does: 'Shows the accounts, by state or role.',
    load: async () => (await import('./identity/users.ts')).listCommand,
  },
  {
    words: 'identity users reinstate',
    does: 'Lets a suspended account sign in again.',
    load: async () => (await import('./identity/users.ts')).reinstateCommand,
  },
  {
    words: 'identity users remove-factors',
    does: 'Removes the second factors of who has lost theirs.',
    load: async () => (await import('./identity/users.ts')).removeFactorsCommand,
  },
  {
    words: 'identity users reset',
    does: 'Makes a link to choose another password.',
    load: async () => (await import('./identity/users.ts')).resetCommand,
  },
  {
    words: 'identity users roles',
    does: 'Shows the roles of an account, or sets them.',
    load: async () => (await import('./identity/users.ts')).rolesCommand,
  },
  {
    words: 'identity users suspend',
    does: 'Suspends an account and ends its sessions.',
    load: async () => (await import('./identity/users.ts')).suspendCommand,
  },
  {
    words: 'import',
    does: 'Loads FHIR bundles and NDJSON, plain or gzip, into the running hospital.',
    load: async () => (await import('./import/command.ts')).importCommand,
  },
  {
    words: 'logs check',
    does: 'Checks that logs are written, begun anew every day and kept as long as they must be.',
    load: async () => (await import('./logs/check.ts')).logsCheckCommand,
  },
  {
    words: 'logs',
    does: 'Searches and follows the logs of both planes, by level, time, request and text.',
    load: async () => (await import('./logs/search.ts')).logsCommand,
  },
  {
    words: 'performance report',
    does: 'Reports what is slow, full, leaking or unused, each with the next step.',
    load: async () => (await import('./performance/report.ts')).performanceReportCommand,
  },
  {
    words: 'performance watch',
    does: 'Shows requests, saturation and active statements every few seconds.',
    load: async () => (await import('./performance/watch.ts')).performanceWatchCommand,
  },
  {
    words: 'practice patients',
    does: 'Makes synthetic patients, always the same for a seed; prints them or loads them.',
    load: async () => (await import('./practice/command.ts')).practiceCommand,
  },
  {
    words: 'procedures accept',
    does: 'Accepts a shift that another person has handed over.',
    load: async () => (await import('./procedures/act.ts')).acceptCommand,
  },
  {
    words: 'procedures hand-over',
    does: 'Hands the shift over; another person accepts it.',
    load: async () => (await import('./procedures/act.ts')).handOverCommand,
  },
  {
    words: 'procedures history',
    does: 'Shows which daily procedures were signed, by whom, and which were missed.',
    load: async () => (await import('./procedures/look.ts')).historyCommand,
  },
  {
    words: 'procedures list',
    does: 'Shows the daily procedures: what is due now, and what is late.',
    load: async () => (await import('./procedures/look.ts')).listCommand,
  },
  {
    words: 'procedures note',
    does: 'Adds a note to a daily procedure, also to one that is over.',
    load: async () => (await import('./procedures/act.ts')).noteCommand,
  },
  {
    words: 'procedures print',
    does: 'Prints a daily procedure, as text or PDF.',
    load: async () => (await import('./procedures/look.ts')).printCommand,
  },
  {
    words: 'procedures show',
    does: 'Shows a daily procedure: its steps, what was found, what was answered.',
    load: async () => (await import('./procedures/look.ts')).showCommand,
  },
  {
    words: 'procedures sign',
    does: 'Signs a daily procedure whose steps are all answered.',
    load: async () => (await import('./procedures/act.ts')).signCommand,
  },
  {
    words: 'procedures start',
    does: 'Starts a daily procedure, and finds out what a person has to look at.',
    load: async () => (await import('./procedures/act.ts')).startCommand,
  },
  {
    words: 'procedures step',
    does: 'Answers a step of a daily procedure.',
    load: async () => (await import('./procedures/act.ts')).stepCommand,
  },
  {
    words: 'status',
    does: 'Shows how the hospital and operations are.',
    load: async () => (await import('./status.ts')).statusCommand,
  },
]
