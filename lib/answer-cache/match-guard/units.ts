const units = Object.freeze(
  `mm cm dm m km inch feet foot ft yard mile millimeter centimeter meter kilometer metre kilometre nanometer micron
  mg g kg gram kilogram milligram microgram tonne ton ounce oz pound lb lbs stone carat
  ml cl dl l liter litre milliliter centiliter gallon pint quart cup teaspoon tablespoon tsp tbsp barrel
  celsius fahrenheit kelvin degree radian
  bit byte kb mb gb tb pb kilobyte megabyte gigabyte terabyte kib mib gib bps kbps mbps gbps
  watt kilowatt megawatt kwh joule calorie kilocalorie kcal volt ampere amp ohm hertz khz mhz ghz pascal bar psi decibel db
  ms sec min hr mph kmh knot acre hectare sqft newton horsepower hp lumen lux mole
  % percent percentage permille point dozen pair
  $ € £ ¥ ₹ usd eur gbp jpy inr rs cny chf aud cad dollar euro pound yen rupee yuan franc peso rand won real lira ruble
  rouble krona krone zloty dinar dirham riyal shekel baht cent penny pence bitcoin ether`.split(/\s+/),
)

/** Whether a word says of what a number is so many: a measure or a currency. */
export const isUnit = (word: string) => units.includes(word) || units.includes(word.replace(/s$/, ''))

const currencySigns = Object.freeze(['$', '€', '£', '¥', '₹', 'usd', 'eur', 'gbp', 'jpy', 'inr', 'rs'])

/** Whether a word is a currency as it is written beside a price. */
export const isCurrencySign = (word: string) => currencySigns.includes(word)
