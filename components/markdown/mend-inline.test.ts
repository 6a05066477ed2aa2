import { describe, expect, it } from 'vitest'
import { mendInline } from '@/components/markdown/mend-inline'

describe('mendInline', () => {
  it.each([
    ['plain', 'plain'],
    ['a **bo', 'a **bo**'],
    ['a **bold*', 'a **bold**'],
    ['a **bold**', 'a **bold**'],
    ['a **', 'a '],
    ['a *', 'a '],
    ['a *it **both', 'a *it **both***'],
    ['***all', '***all***'],
    ['**bold ', '**bold** '],
    ['~~gone', '~~gone~~'],
    ['a ~ b', 'a ~ b'],
    ['snake_case_name', 'snake_case_name'],
    ['_it', '_it_'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['`co', '`co`'],
    ['`', ''],
    ['``a`', '``a``'],
    ['`a * b', '`a * b`'],
    ['`a` **b', '`a` **b**'],
    ['[wor', 'wor'],
    ['see [words]', 'see words'],
    ['see [words](', 'see words'],
    ['see [words](https://exa', 'see words'],
    ['see [words](https://example.org/a_(b)', 'see words'],
    ['see [words](https://example.org/a_(b))', 'see [words](https://example.org/a_(b))'],
    ['**see [words](https://exa', '**see words**'],
    ['[words] are', '[words] are'],
    ['list[0', 'list[0'],
    ['note[^1', 'note[^1'],
    ['![alt](https://exa', ''],
    ['a ![al', 'a '],
    ['a \\', 'a '],
    ['\\*a', '\\*a'],
    ['it is \\(x^', 'it is '],
    ['it is \\(x^2\\) and', 'it is \\(x^2\\) and'],
    ['it is $x^', 'it is '],
    ['it costs $5 and', 'it costs $5 and'],
    ['$$ a = ', ''],
    ['$x_1$ and *y', '$x_1$ and *y*'],
  ])('completes %j to %j', (unfinished, shown) => {
    expect(mendInline(unfinished)).toBe(shown)
  })

  it('shows an unclosed mark as text once it is too far back to become a formula or link', () => {
    const far = ` word${' word'.repeat(500)}`
    expect(mendInline(`$HOME${far}`)).toContain('$HOME')
    expect(mendInline(`\\[${far}`)).toContain('\\[')
    expect(mendInline(`[x](${far}`)).toContain('[x](')
    expect(mendInline(`[${far}`)).toContain('[')
  })
})
