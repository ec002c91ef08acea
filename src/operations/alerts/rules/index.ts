/** Every rule: what we promise, and what is wrong by itself. */
import { causeRules } from './causes.ts'
import { objectiveRules } from './objectives.ts'
import type { Rule } from './rule.ts'

export { OBJECTIVES } from './objectives.ts'
export { askedBy, type Rule } from './rule.ts'

export const RULES: readonly Rule[] = [...causeRules, ...objectiveRules]
