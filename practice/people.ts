/** Names and places. The names are common ones of many origins; streets are invented, telephone numbers are 555 ones. */
export const FAMILIES = [
  'Smith', 'Johnson', 'Nguyen', 'García', 'Martínez', 'Brown', 'Patel', 'Kim', 'Müller', 'Rossi', 'Okafor', 'Haddad',
  'Kowalski', 'Singh', 'Chen', 'Washington', 'Jackson', 'O’Brien', 'Silva', 'Yılmaz', 'Tanaka', 'Cohen', 'Larsen',
  'Begay', 'Robinson', 'Alvarez', 'Dubois', 'Ivanova', 'Mensah', 'Thompson', 'Walker', 'Hernández', 'Lee', 'Park',
]
export const GIVEN = {
  female: ['Maria', 'Emma', 'Olivia', 'Aisha', 'Linh', 'Sofía', 'Grace', 'Hannah', 'Priya', 'Mei', 'Zoë', 'Ruth', 'Amara', 'Chloe', 'Elena', 'Fatima', 'Ingrid', 'Joan', 'Keiko', 'Lucía'],
  male: ['James', 'Liam', 'Noah', 'Mateo', 'Ahmed', 'Minh', 'David', 'José', 'Arjun', 'Wei', 'Samuel', 'Kwame', 'Peter', 'Omar', 'Lukas', 'Henry', 'Diego', 'Ivan', 'Kenji', 'Thomas'],
} as const
export const STREETS = ['Alder Way', 'Birchfield Road', 'Copper Lane', 'Dovecote Street', 'Elderberry Court', 'Foxglove Avenue', 'Granary Row', 'Heron Terrace']
export const CITIES = [
  { city: 'Springfield', state: 'MA', zip: '011' },
  { city: 'Worcester', state: 'MA', zip: '016' },
  { city: 'Providence', state: 'RI', zip: '029' },
  { city: 'Hartford', state: 'CT', zip: '061' },
  { city: 'Albany', state: 'NY', zip: '122' },
]
export const LANGUAGES = [
  { code: 'en', display: 'English' },
  { code: 'en', display: 'English' },
  { code: 'en', display: 'English' },
  { code: 'es', display: 'Spanish' },
  { code: 'vi', display: 'Vietnamese' },
]
