/** What is to be done with the list, in the order in which it was asked for. */
export type Errand = { act: 'add' | 'tick' | 'delete'; title: string } | { act: 'list' }

const list = `(?:my|the) (?:(?:todo|to-do|shopping|task) )?(?:list|todos|to-dos|tasks)`
const polite = /^(?:please |can you |could you |would you |and )+/i
const orders: readonly (readonly [Exclude<Errand['act'], 'list'>, RegExp])[] = [
  ['add', new RegExp(`^(?:add|put|write) (.+?) (?:to|on|onto) ${list}$`, 'i')],
  ['add', /^add (?!.* to )(?![\d\s.,+-]+(?:and|$))(.+)$/i],
  ['tick', /^(?:tick|check|cross) off (.+)$/i],
  ['tick', new RegExp(`^(?:tick|check|cross) (.+?) off(?: ${list})?$`, 'i')],
  ['tick', /^tick (.+)$/i],
  ['tick', /^mark (.+?) (?:as )?(?:done|complete|completed|finished)$/i],
  ['delete', new RegExp(`^(?:delete|remove|take|erase) (.+?) (?:from|off) ${list}$`, 'i')],
  ['delete', /^(?:delete|remove|erase) (?!.* from )(.+)$/i],
]
const asking: readonly RegExp[] = [
  new RegExp(String.raw`^(?:what(?:'s| is| are)?|show|list|read|tell|which)\b.{0,40}\b${list}\b`, 'i'),
  new RegExp(`^(?:(?:show|list) )?${list}$`, 'i'),
  /^what(?:'s| is| do i have| have i got)(?: left| still)? to do(?: today)?$/i,
]

/** What a question asks to be done with the list; empty unless every part of it does. */
export function errandsOf(question: string): Errand[] {
  const sentences = question
    .replace(/[’]/g, "'")
    .split(/[,;.!]?\s+(?:and )?then,?\s+|[.;!?]\s+/i)
    .map((sentence) => sentence.replace(polite, '').replace(/[\s.!?]+$/, ''))
    .filter((sentence) => sentence !== '')
  const found = sentences.map(errandsOfSentence)
  return found.every((errands) => errands.length > 0) ? found.flat() : []
}

function errandsOfSentence(sentence: string): Errand[] {
  for (const [act, order] of orders) {
    const things = sentence.match(order)?.[1]
    if (things !== undefined) return thingsIn(things).map((title) => ({ act, title }))
  }
  return asking.some((way) => way.test(sentence)) ? [{ act: 'list' }] : []
}

/** `milk, bread and eggs` are three; what stands in quotation marks is one. */
function thingsIn(text: string): string[] {
  const quoted = text.match(/^["“'](.+)["”']$/)?.[1]
  const things = quoted === undefined ? text.split(/,\s*(?:and\s+)?|\s+and\s+/i) : [quoted]
  return things.map((thing) => thing.trim()).filter((thing) => thing !== '')
}
