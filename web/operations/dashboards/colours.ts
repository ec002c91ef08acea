/** Of the series of a chart, in order: told apart by most eyes, and at 3:1 before either ground. */
const LIGHT = [
  '#0c6470',
  '#b3541e',
  '#6b4fa3',
  '#2b7a3d',
  '#b02a5b',
  '#8a6d00',
  '#1f5fae',
  '#7a4b2a',
  '#4d6b1f',
  '#555f66',
]
const DARK = [
  '#52b7c4',
  '#f0965a',
  '#b39ae8',
  '#6fcb86',
  '#f07fa8',
  '#d9bb4a',
  '#7fb2f0',
  '#c99b7a',
  '#a9c96f',
  '#aab4b9',
]

export const colourOf = (index: number, scheme: 'light' | 'dark'): string => {
  const colours = scheme === 'light' ? LIGHT : DARK
  return colours[index % colours.length] as string
}
