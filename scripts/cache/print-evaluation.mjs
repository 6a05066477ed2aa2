import { falseHitRate, precision, recall } from './evaluate-pairs.mjs'

/** @typedef {import('./evaluate-pairs.mjs').SliceResult} SliceResult */

/** @param {number} share */
const percent = (share) => (Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '-')
/** @param {Record<string, number>} counts */
const list = (counts) =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/**
 * Formats the counts as a table with one line per slice, including the layers of the hits
 * and the rules of the refusals.
 * @param {ReadonlyMap<string, SliceResult>} slices
 */
export function printEvaluation(slices) {
  const rows = [...slices].map(([name, slice]) => [
    name,
    `${slice.same}`,
    `${slice.diff}`,
    percent(recall(slice)),
    percent(falseHitRate(slice)),
    percent(precision(slice)),
    list(slice.layers) || '-',
    list(slice.rules) || '-',
  ])
  const table = [
    ['slice', 'same', 'diff', 'recall', 'false hits', 'precision', 'hits by layer', 'refused by rule'],
    ...rows,
  ]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Returns the counts as plain data. @param {ReadonlyMap<string, SliceResult>} slices */
export const evaluationJson = (slices) =>
  Object.fromEntries(
    [...slices].map(([name, slice]) => [
      name,
      {
        ...slice,
        recall: share(recall(slice)),
        falseHitRate: share(falseHitRate(slice)),
        precision: share(precision(slice)),
      },
    ]),
  )

const share = (/** @type {number} */ value) => (Number.isFinite(value) ? value : null)
