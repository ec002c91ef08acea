/** The report in lines: for the terminal, and for paper. */
import { milliseconds, size } from './findings.ts'
import type { DatabasePerformance, HospitalPerformance, PerformanceReport } from './terms.ts'

export interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

const MOST_STATEMENTS = 10
const MOST_TABLES = 10
const MOST_ENDPOINTS = 10
const SHORT = 160

export function sectionsOf({ findings, databases, hospital }: PerformanceReport): Section[] {
  return [
    {
      title: 'Findings',
      lines:
        findings.length === 0
          ? ['Nothing was found.']
          : findings.flatMap(({ severity, kind, says, next }) => [`${severity}  ${kind}: ${says}`, `  Next: ${next}`]),
    },
    ...(hospital === undefined ? [] : [hospitalSection(hospital)]),
    ...databases.flatMap(databaseSections),
  ]
}

export const reportText = (report: PerformanceReport): string[] => [
  `Performance, ${report.made}`,
  ...sectionsOf(report).flatMap(({ title, lines }) => ['', title, ...lines.map((line) => `  ${line}`)]),
]

function hospitalSection({ requests, failed, eventLoop, memoryBytes, endpoints }: HospitalPerformance): Section {
  return {
    title: 'The hospital, since it was started',
    lines: [
      `${requests} requests, ${failed} of them failed; ${size(memoryBytes)} of memory.`,
      `Event loop: ${milliseconds(eventLoop.meanMs)} on average, ${milliseconds(eventLoop.p99Ms)} at the 99th percentile.`,
      ...endpoints
        .slice(0, MOST_ENDPOINTS)
        .map(
          ({ method, endpoint, requests: count, meanMs, p95Ms }) =>
            `${method} ${endpoint}: ${count} requests, ${milliseconds(meanMs)} on average, 95 % within ${milliseconds(p95Ms)}`,
        ),
    ],
  }
}

function databaseSections(one: DatabasePerformance): Section[] {
  const { database, version, bytes, connections, cached, since, active, programs, statements, tables } = one
  return [
    {
      title: `The ${database} database`,
      lines: [
        `PostgreSQL ${version}, ${size(bytes)}; ${Math.round(100 * cached)} % of its pages came from memory.`,
        `${connections.used} of ${connections.most} connections: ${programs.map(({ program, sessions }) => `${program} ${sessions}`).join(', ')}.`,
        `Counted since ${since}.`,
      ],
    },
    {
      title: `What it is doing (${database})`,
      lines:
        active.length === 0
          ? ['Nothing at the moment.']
          : active.map(
              ({ pid, program, state, seconds, text }) =>
                `${pid} ${program}, ${state} for ${seconds.toFixed(1)} s: ${cut(text)}`,
            ),
    },
    ...(statements === undefined
      ? []
      : [
          {
            title: `Statements that took the most time (${database})`,
            lines: statements
              .slice(0, MOST_STATEMENTS)
              .map(
                ({ calls, meanMs, totalMs, text }) =>
                  `${milliseconds(totalMs)} in ${calls} calls, ${milliseconds(meanMs)} each: ${cut(text)}`,
              ),
          },
        ]),
    {
      title: `Largest tables (${database})`,
      lines: tables
        .slice(0, MOST_TABLES)
        .map(
          ({ table, rows, dead, bytes: of, seqScans, indexScans }) =>
            `${table}: ${rows} rows, ${dead} dead, ${size(of)}; read in full ${seqScans} times, by an index ${indexScans} times`,
        ),
    },
  ]
}

const cut = (text: string): string => (text.length > SHORT ? `${text.slice(0, SHORT)} …` : text)
