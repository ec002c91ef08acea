import { join } from 'node:path'
import type { openSettings } from './settings.ts'

/** What OmniCare writes, by what is kept there. */
export const foldersOf = ({
  home,
  auditLogFolder,
}: Pick<ReturnType<typeof openSettings>['settings'], 'home' | 'auditLogFolder'>): Readonly<Record<string, string>> => ({
  home,
  'audit-logs': auditLogFolder ?? join(home, 'audit-logs'),
})
