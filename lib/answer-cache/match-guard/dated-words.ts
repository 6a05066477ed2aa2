const days = 'monday tuesday wednesday thursday friday saturday sunday weekday weekend mon tue wed thu fri sat sun'
const months =
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'
const times =
  'today tonight tomorrow yesterday morning noon afternoon evening night midnight spring summer autumn fall winter easter christmas'
const spans =
  'second minute hour day week fortnight month quarter year decade century hourly daily weekly monthly quarterly yearly annual annually'

const dated = Object.freeze(`${days} ${months} ${times} ${spans}`.split(' '))

/** Whether a word places something in time. Such words are never typing errors of each other. */
export const isDated = (word: string) => dated.includes(word) || dated.includes(word.replace(/s$/, ''))
