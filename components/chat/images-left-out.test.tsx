import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { buildAnswer } from '@/components/chat/build-answer'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { ComposerNotices } from '@/components/composer/composer-notices'
import { Answer } from '@/components/message/answer'
import { InEnglish } from '@/tests/services/in-english'

const show = (model: string | null) =>
  renderToStaticMarkup(
    <InEnglish>
      <ComposerNotices excess={null} refusal={null} problems={[]} tooMuch={false} blindModel={model} onRetry={null} />
    </InEnglish>,
  )

test('the composer names a model that cannot view the attached images', () => {
  expect(show('Text model')).toContain('Text model can’t view images. It will answer without them.')
  expect(show(null)).not.toContain('images')
})

test('an answer generated without the images shows a notice', () => {
  const built = buildAnswer()
  built.apply({ type: 'start', messageId: 'a1' })
  built.apply({ type: 'data-notice', data: { code: 'images_left_out', model: 'text-model' } })
  built.apply({ type: 'text-start', id: '0' })
  built.apply({ type: 'text-delta', id: '0', delta: 'I only read.' })
  const message: ThreadMessage = {
    key: 'a1',
    id: 'a1',
    parentId: null,
    role: 'assistant',
    parts: built.answer().parts,
    status: 'streaming',
    error: null,
    metadata: {},
    feedback: null,
    siblings: ['a1'],
    serverTiming: [],
  }
  const html = renderToStaticMarkup(
    <InEnglish>
      <Answer message={message} isLast={true} phase="writing" onAskAgain={() => undefined} />
    </InEnglish>,
  )
  expect(html).toContain('This model couldn’t view the images')
  expect(html).toContain('I only read.')
})
