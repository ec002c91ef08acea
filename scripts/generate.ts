/** `npm run generate`: prints everything that is made from the official definitions, from declarations in the code, or from web/. */
import { generateMetricsPage } from './generate/metrics-page.ts'
import { generateRecordTables } from './generate/record-tables.ts'
import { generateSearchParameters } from './generate/search-parameters.ts'
import { generateSettingsPage } from './generate/settings-page.ts'
import { generateStructures } from './generate/structures.ts'
import { generateWatch } from './generate/watch/generate.ts'
import { generateWeb } from './generate/web.ts'

const root = new URL('..', import.meta.url).pathname

generateStructures(root)
generateSearchParameters(root)
generateRecordTables(root)
generateSettingsPage(root)
generateWatch(root)
generateMetricsPage(root)
await generateWeb(root)
