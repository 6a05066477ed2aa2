/**
 * Counts the work of code in elements and characters, so that a test can compare inputs of doubling size without a
 * clock. It counts the steps of array iterators (`for…of`, spread, destructuring) and the length of the inputs of the
 * built-in methods below. No other code may run meanwhile.
 */
export async function countWork(work: () => unknown): Promise<number> {
  let count = 0
  const restorers: (() => void)[] = []
  const patch = (owner: object, name: string, weigh: Weight) => {
    const original = Reflect.get(owner, name) as Method
    const descriptor = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor
    restorers.push(() => Object.defineProperty(owner, name, descriptor))
    Object.defineProperty(owner, name, {
      ...descriptor,
      value(this: { length: number }, ...given: unknown[]) {
        const result = original.apply(this, given)
        count += weigh(this, result, given)
        return result
      },
    })
  }
  for (const [name, weigh] of Object.entries(arrayWeights)) patch(Array.prototype, name, weigh)
  for (const [name, weigh] of Object.entries(stringWeights)) patch(String.prototype, name, weigh)
  patch(Object.getPrototypeOf([][Symbol.iterator]()) as object, 'next', () => 1)
  try {
    await work()
  } finally {
    for (const restore of restorers) restore()
  }
  return count
}

type Method = (...given: unknown[]) => unknown
type Weight = (self: { length: number }, result: unknown, given: { length: number }) => number

const wholeLength: Weight = (self) => self.length
const resultLength: Weight = (_, result) => (result as { length: number }).length

const arrayWeights: Readonly<Record<string, Weight>> = Object.freeze({
  push: (_, __, given) => given.length,
  concat: resultLength,
  slice: resultLength,
  join: resultLength,
  map: wholeLength,
  filter: wholeLength,
  flatMap: wholeLength,
  reduce: wholeLength,
  find: wholeLength,
  findIndex: wholeLength,
  includes: wholeLength,
  indexOf: wholeLength,
  some: wholeLength,
  reverse: wholeLength,
})
const stringWeights: Readonly<Record<string, Weight>> = Object.freeze({
  slice: resultLength,
  replace: wholeLength,
  replaceAll: wholeLength,
  split: wholeLength,
  trim: wholeLength,
  trimStart: wholeLength,
  toWellFormed: wholeLength,
  toLowerCase: wholeLength,
  matchAll: wholeLength,
  // ICU sorts the combining marks of a letter by insertion.
  normalize: (self) => self.length + squaredMarks(String(self)),
})

/** The sum of the squared lengths of all runs of combining marks that ICU sorts. */
function squaredMarks(text: string): number {
  let sum = 0
  let marks = 0
  for (let at = 0; at <= text.length; at += 1) {
    if (/(?!\u034f)[\p{M}\uff9e\uff9f]/u.test(text.charAt(at))) marks += 1
    else {
      sum += marks * marks
      marks = 0
    }
  }
  return sum
}
