/** The administrator's bearer token: made at the first start, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const tokenFile = (home: string): string => join(home, 'admin-token')

/** The token of `home`; `made` when this is the first start. */
export function adminToken(home: string): { readonly token: string; readonly made: boolean } {
  return tokenIn(home, tokenFile(home))
}

/** By which a Prometheus scrapes both planes, and Alertmanager tells operations. It is good for nothing else. */
export const monitorToken = (home: string): string => tokenIn(home, join(home, 'monitor-token')).token

function tokenIn(home: string, file: string): { readonly token: string; readonly made: boolean } {
  if (existsSync(file)) return { token: readFileSync(file, 'utf8').trim(), made: false }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const token = randomBytes(32).toString('base64url')
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  return { token, made: true }
}
