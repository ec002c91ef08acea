import { type Sql, sql } from '#foundation/sql.ts'
import type { OpenedChart } from '../record.ts'

/** Opens a chart until a moment. Nothing is ever changed or removed here: it is reviewed later. */
export const openChart = ({ id, person, name, role, patient, reason, at, until }: OpenedChart): Sql =>
  sql`INSERT INTO record.break_glass (id, person, name, role, patient, reason, at, until)
      VALUES (${id}, ${person}, ${name}, ${role}, ${patient.slice('Patient/'.length)}, ${reason}, ${at}::timestamptz, ${until}::timestamptz)`

/** Charts that were opened in an emergency, newest first; those before `before`, an id, if one is given. Uses: the primary key, whose ids come in the order of time. */
export const chartsOpened = (most: number, before: string | undefined): Sql<OpenedChart> =>
  sql<OpenedChart>`SELECT id, person, name, role, 'Patient/' || patient AS patient, reason, at, until FROM record.break_glass
     ${before === undefined ? sql`` : sql`WHERE id < ${before}`}
     ORDER BY id DESC LIMIT ${most}::int`
