/** The start patterns of CommonMark's seven kinds of HTML blocks and their end patterns. Null means a blank line. */
const kinds: readonly { start: RegExp; until: RegExp | null; mayInterrupt: boolean }[] = [
  {
    start: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i,
    until: /<\/(?:script|pre|textarea|style)>/i,
    mayInterrupt: true,
  },
  { start: /^<!--/, until: /-->/, mayInterrupt: true },
  { start: /^<\?/, until: /\?>/, mayInterrupt: true },
  { start: /^<!\[CDATA\[/, until: /\]\]>/, mayInterrupt: true },
  { start: /^<![A-Za-z]/, until: />/, mayInterrupt: true },
  {
    start: new RegExp(
      `^</?(?:${[
        'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt',
        'fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu',
        'menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead',
        'title|tr|track|ul',
      ].join('|')})(?:\\s|/?>|$)`,
      'i',
    ),
    until: null,
    mayInterrupt: true,
  },
  {
    start:
      /^(?:<[a-z][a-z0-9-]*(?:\s+[a-z_:][\w:.-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?>|<\/[a-z][a-z0-9-]*\s*>)\s*$/i,
    until: null,
    mayInterrupt: false,
  },
]

/** Returns the end pattern of the HTML block that a line begins, or undefined if it begins none. */
export function readHtmlStart(line: string, isInParagraph: boolean): RegExp | null | undefined {
  if (line[0] !== '<') return undefined
  return kinds.find(({ start, mayInterrupt }) => (mayInterrupt || !isInParagraph) && start.test(line))?.until
}
