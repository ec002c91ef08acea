/**
 * What the table of each resource type looks like: which columns hold what of the search index.
 *
 * The migration is printed from here, rows are written by it, and searches ask by it.
 */
import { patientParameters, type SearchParameter, searchParameters } from '#fhir'

/** A date or number parameter: the lowest and highest value of a resource, and all pairs when there are several. */
export interface RangeColumns {
  readonly code: string
  readonly kind: 'timestamptz' | 'float8'
  readonly low: string
  readonly high: string
  /** Column of all `low, high` pairs, null unless a resource has more than one; undefined when it can't have. */
  readonly all: string | undefined
  /** Whether an interval may be of any length, so that its end needs an index of its own. */
  readonly wide: boolean
}

export interface Table {
  readonly type: string
  readonly ranges: ReadonlyMap<string, RangeColumns>
  /** The reference parameters that say whose chart a resource belongs to: the `patient` column holds that one patient's id. */
  readonly patient: ReadonlySet<string>
  /** The reference parameters by which a resource is in a patient's compartment. */
  readonly compartment: ReadonlySet<string>
  /** The token parameter by which a chart is read most; its first coding has a column, `code`. */
  readonly code: string | undefined
  /** The date by which a chart is sorted. */
  readonly chartDate: RangeColumns | undefined
  readonly strings: boolean
}

const CHART_CODES = ['code', 'vaccine-code', 'type', 'category']
const CHART_DATES = [
  'date',
  'authoredon',
  'authored-on',
  'authored',
  'onset-date',
  'recorded-date',
  'created',
  'period',
]

const tables = new Map<string, Table>()

export function tableOf(type: string): Table {
  const known = tables.get(type)
  if (known !== undefined) return known
  const made = plan(type)
  tables.set(type, made)
  return made
}

function plan(type: string): Table {
  const parameters = [...searchParameters(type).values()]
  const ranges = new Map(parameters.flatMap((parameter) => columnsOf(parameter)).map((one) => [one.code, one]))
  const patient = new Set(chartParameters(type, parameters))
  const token = (code: string) => parameters.some((one) => one.code === code && one.type === 'token')
  const chartDate = CHART_DATES.map((code) => ranges.get(code)).find((one) => one?.kind === 'timestamptz')
  return {
    type,
    ranges,
    patient,
    compartment: new Set(patientParameters(type)),
    code: patient.size > 0 ? CHART_CODES.find(token) : undefined,
    chartDate,
    strings: parameters.some((one) => one.type === 'string'),
  }
}

function columnsOf({ code, type, multiple, datatypes }: SearchParameter): RangeColumns[] {
  if (code.startsWith('_') || (type !== 'date' && type !== 'number')) return []
  const base = code.replaceAll('-', '_')
  return [
    {
      code,
      kind: type === 'date' ? 'timestamptz' : 'float8',
      low: `${base}_low`,
      high: `${base}_high`,
      all: multiple ? `${base}_all` : undefined,
      wide: datatypes.some((one) => one === 'Period' || one === 'Timing' || one === 'Range'),
    },
  ]
}

/**
 * `patient` and, where it reads the same element, `subject`. Only elements that name one patient at most:
 * what concerns several, such as a group appointment, is found by its tokens.
 */
function chartParameters(type: string, parameters: readonly SearchParameter[]): string[] {
  const compartment = new Set(patientParameters(type))
  const patient = parameters.find((one) => one.code === 'patient' && one.type === 'reference')
  if (patient === undefined || patient.multiple || !(compartment.has('patient') || compartment.has('subject')))
    return []
  const path = `${type}.subject`
  const same = parameters.find((one) => one.code === 'subject' && !one.multiple && one.expression === path)
  return same !== undefined && patient.expression.startsWith(`${path}.where(`) ? ['patient', 'subject'] : ['patient']
}
