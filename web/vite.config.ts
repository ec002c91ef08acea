/** How the pages are built. Colours and sizes become a file of the build: style elements made by scripts would need a weaker policy. */
import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { cssVariables, theme } from './ui/theme.ts'

const NAME = 'virtual:theme.css'

function themeFile(): Plugin {
  return {
    name: 'omnicare-theme',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined
      const merged = mergeMantineTheme(DEFAULT_THEME, theme)
      const [usual, ours] = [defaultCssVariablesResolver(merged), cssVariables(merged)]
      const all = {
        variables: { ...usual.variables, ...ours.variables },
        light: { ...usual.light, ...ours.light },
        dark: { ...usual.dark, ...ours.dark },
      }
      return convertCssVariables(all, ':root')
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), themeFile()],
  logLevel: 'warn',
  build: {
    outDir: 'built',
    target: 'es2023',
    modulePreload: { polyfill: false },
    // Nothing in data: addresses: the policy lets pages load from their own server only.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What draws charts is larger, and comes with the first one only.
    chunkSizeWarningLimit: 600,
  },
})
