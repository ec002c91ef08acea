/** The look of every page: one calm colour, system fonts, and contrasts that axe lets pass. Also read by the build. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const clinic: MantineColorsTuple = [
  '#e9f6f7',
  '#d2eaed',
  '#a5d4da',
  '#76bdc6',
  '#52aab5',
  '#3a9ca8',
  '#1f8794',
  '#0c6470',
  '#09525c',
  '#063e46',
]

export const theme = createTheme({
  colors: { clinic },
  primaryColor: 'clinic',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '600' },
  components: { Anchor: { defaultProps: { underline: 'always' } } },
})

/** Mantine's own grey for what is less important, and its red, are too pale to be read by everybody: WCAG 2.2, 1.4.3. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': String(colors.gray?.[7]),
    '--mantine-color-error': String(colors.red?.[9]),
    '--oc-canvas': '#f3f6f7',
    '--oc-surface': '#ffffff',
    '--oc-line': '#d5dde0',
    '--oc-well': '#1c7c45',
    '--oc-care': '#a85b00',
    '--oc-bad': '#c22a2a',
    '--oc-unknown': '#66757a',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b4b8',
    '--mantine-color-error': String(colors.red?.[4]),
    '--mantine-color-body': '#171c1e',
    '--oc-canvas': '#101415',
    '--oc-surface': '#1b2123',
    '--oc-line': '#353f42',
    '--oc-well': '#4cc27f',
    '--oc-care': '#f0a840',
    '--oc-bad': '#ff7a7a',
    '--oc-unknown': '#93a1a6',
  },
})
