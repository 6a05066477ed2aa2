import { expect, it } from 'vitest'
import { parseErrorText } from '@/components/tool/tool-step'

it.each([
  [
    'invalid_request: The request is not valid.\ntitle: must be at most 200 characters',
    { code: 'invalid_request', message: 'The request is not valid.' },
  ],
  ['internal: Something went wrong.', { code: 'internal', message: 'Something went wrong.' }],
  ['The tool failed.', { code: 'unknown', message: 'The tool failed.' }],
  ['Error: ENOENT', { code: 'unknown', message: 'Error: ENOENT' }],
  ['', { code: 'unknown', message: '' }],
])('reads code and message from the error text %j', (errorText, refusal) => {
  expect(parseErrorText(errorText)).toEqual(refusal)
})
