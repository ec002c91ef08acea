/** A folder, best on a file system where files can't be changed: none is ever written twice, but for `checkpoint`. */
import { constants } from 'node:fs'
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { auditFaults } from '../../faults.ts'
import type { ExportPlace } from './place.ts'

export const folderPlace = (folder: string): ExportPlace => ({
  name: folder,
  isChangeable: true,
  read: (path) => contentOf(join(folder, path)),
  async keep(path, content) {
    const file = join(folder, path)
    const there = await contentOf(file)
    if (there !== undefined) return isSame(there, content, path)
    const part = await writePart(file, content, 0o444)
    await publish(part, file)
    await syncFolder(dirname(file))
    isSame(await readFile(file), content, path)
    return true
  },
  async replace(path, content) {
    const file = join(folder, path)
    await rename(await writePart(file, content, 0o644), file)
    await syncFolder(dirname(file))
  },
})

function isSame(there: Buffer, content: Buffer, path: string): false {
  if (!there.equals(content)) throw auditFaults['false-export']({ file: path })
  return false
}

const contentOf = (file: string): Promise<Buffer | undefined> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

/** Unlike a renaming, a link doesn't take the place of what is there; some file systems have none. */
async function publish(part: string, file: string): Promise<void> {
  try {
    await link(part, file)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (WITHOUT_LINKS.has(code)) return rename(part, file)
    if (code !== 'EEXIST') throw error
  }
  await rm(part)
}

const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS'])

/** An export that was interrupted leaves at most its last file unfinished, under this name. */
async function writePart(file: string, content: Buffer, mode: number): Promise<string> {
  const part = `${file}.part`
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  await rm(part, { force: true })
  const handle = await open(part, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  await handle.writeFile(content)
  await handle.sync()
  await handle.close()
  await chmod(part, mode)
  return part
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
