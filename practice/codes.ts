/** The codes of the practice hospital, as the code systems themselves name them. */
export interface Code {
  readonly system: string
  readonly code: string
  readonly display: string
}

const of =
  (system: string) =>
  (code: string, display: string): Code => ({ system, code, display })
export const loinc = of('http://loinc.org')
export const snomed = of('http://snomed.info/sct')
const rxnorm = of('http://www.nlm.nih.gov/research/umls/rxnorm')
const cvx = of('http://hl7.org/fhir/sid/cvx')
export const hl7 = (system: string) => of(`http://terminology.hl7.org/CodeSystem/${system}`)

/** A measurement: mean and spread in adults, and the range called normal. */
export interface Measure {
  readonly code: Code
  readonly unit: string
  readonly mean: number
  readonly spread: number
  readonly decimals: number
  readonly low?: number
  readonly high?: number
}

const measure = (
  code: string,
  display: string,
  unit: string,
  mean: number,
  spread: number,
  decimals: number,
  low?: number,
  high?: number,
): Measure => ({
  code: loinc(code, display),
  unit,
  mean,
  spread,
  decimals,
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
})

export const VITALS: readonly Measure[] = [
  measure('8867-4', 'Heart rate', '/min', 74, 9, 0),
  measure('8310-5', 'Body temperature', 'Cel', 36.8, 0.3, 1),
  measure('9279-1', 'Respiratory rate', '/min', 15, 2, 0),
  measure('2708-6', 'Oxygen saturation in Arterial blood', '%', 97, 1, 0),
]
export const LABS: readonly Measure[] = [
  measure('2345-7', 'Glucose [Mass/volume] in Serum or Plasma', 'mg/dL', 92, 9, 0, 70, 99),
  measure('2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'mg/dL', 0.9, 0.15, 2, 0.6, 1.3),
  measure('2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 'mmol/L', 140, 2, 0, 136, 145),
  measure('2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'mmol/L', 4.2, 0.3, 1, 3.5, 5.1),
  measure('2093-3', 'Cholesterol [Mass/volume] in Serum or Plasma', 'mg/dL', 188, 28, 0, 0, 200),
  measure('718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 14, 1, 1, 12, 17.5),
  measure('6690-2', 'Leukocytes [#/volume] in Blood by Automated count', '10*3/uL', 7, 1.5, 1, 4.5, 11),
]
export const HBA1C = measure('4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 5.3, 0.2, 1, 4, 5.6)

/** A long-lasting problem, who gets it, and what is given for it. */
export interface Problem {
  readonly code: Code
  readonly icd10: string
  readonly fromAge: number
  readonly share: number
  readonly medication?: { readonly code: Code; readonly dose: string }
  readonly raises?: 'pressure' | 'glucose'
}

export const PROBLEMS: readonly Problem[] = [
  {
    code: snomed('38341003', 'Hypertensive disorder'),
    icd10: 'I10',
    fromAge: 40,
    share: 0.4,
    raises: 'pressure',
    medication: { code: rxnorm('314076', 'lisinopril 10 MG Oral Tablet'), dose: '1 tablet once a day' },
  },
  {
    code: snomed('44054006', 'Diabetes mellitus type 2'),
    icd10: 'E11.9',
    fromAge: 45,
    share: 0.2,
    raises: 'glucose',
    medication: {
      code: rxnorm('860975', '24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet'),
      dose: '1 tablet twice a day with meals',
    },
  },
  {
    code: snomed('55822004', 'Hyperlipidemia'),
    icd10: 'E78.5',
    fromAge: 40,
    share: 0.3,
    medication: { code: rxnorm('617310', 'atorvastatin 20 MG Oral Tablet'), dose: '1 tablet at bedtime' },
  },
  {
    code: snomed('195967001', 'Asthma'),
    icd10: 'J45.909',
    fromAge: 5,
    share: 0.1,
    medication: {
      code: rxnorm('745679', '200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler'),
      dose: '2 puffs every 4 to 6 hours as needed',
    },
  },
  {
    code: snomed('396275006', 'Osteoarthritis'),
    icd10: 'M19.90',
    fromAge: 55,
    share: 0.3,
    medication: {
      code: rxnorm('198440', 'acetaminophen 500 MG Oral Tablet'),
      dose: '2 tablets every 8 hours as needed',
    },
  },
  {
    code: snomed('35489007', 'Depressive disorder'),
    icd10: 'F32.A',
    fromAge: 18,
    share: 0.12,
    medication: { code: rxnorm('312941', 'sertraline 50 MG Oral Tablet'), dose: '1 tablet in the morning' },
  },
]
export const ALLERGIES = [
  {
    code: snomed('91936005', 'Allergy to penicillin'),
    category: 'medication',
    reaction: snomed('271807003', 'Eruption of skin'),
  },
  { code: snomed('91935009', 'Allergy to peanut'), category: 'food', reaction: snomed('126485001', 'Urticaria') },
  { code: snomed('300916003', 'Latex allergy'), category: 'environment', reaction: snomed('418290006', 'Itching') },
] as const
/** Given at these ages, in years. */
export const VACCINES = [
  { code: cvx('20', 'DTaP'), ages: [0.2, 0.35, 0.5, 1.3, 4.5] },
  { code: cvx('03', 'MMR'), ages: [1, 4.5] },
  { code: cvx('21', 'varicella'), ages: [1, 4.5] },
  { code: cvx('115', 'Tdap'), ages: [11, 21, 31, 41, 51, 61, 71] },
  { code: cvx('187', 'zoster recombinant'), ages: [50, 50.4] },
] as const
export const INFLUENZA = cvx('140', 'Influenza, seasonal, injectable, preservative free')
