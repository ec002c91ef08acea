/** Asking operations about the audit trail. */
import { askOperations as ask } from '../ask.ts'
import type { Context } from '../command.ts'

export { linesOf } from '../ask.ts'

export const askOperations = (context: Context, path: string, body?: object): Promise<Response> =>
  ask(context, `audit/${path}`, body)

export const askJson = async <T>(context: Context, path: string, body?: object): Promise<T> =>
  (await askOperations(context, path, body)).json() as Promise<T>
