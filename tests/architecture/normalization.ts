import type { Finding } from './finding'
import { normalizer } from './house-rules'
import { isNode, nodesOf, type SourceFile } from './source-file'

/**
 * Reports calls of `String.prototype.normalize`, except in `normalizer`. Normalization takes quadratic time for
 * hostile texts unless the input is bounded.
 */
export function checkNormalization(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => file.path !== normalizer)
    .flatMap((file) =>
      nodesOf(file.program.body)
        .filter(({ type, callee }) => type === 'CallExpression' && isNode(callee) && isNormalize(callee.property))
        .map((call) => ({
          file: file.path,
          line: file.lineAt(call.start),
          rule: 'normalization',
          message: `normalize takes quadratic time on runs of combining marks. Call normalizeText of ${normalizer}.`,
        })),
    )
}

const isNormalize = (property: unknown) => isNode(property) && property.name === 'normalize'
