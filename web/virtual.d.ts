/** The colours and sizes of web/ui/theme.ts, printed by the build: web/vite.config.ts. */
declare module 'virtual:theme.css'
