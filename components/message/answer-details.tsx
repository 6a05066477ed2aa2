'use client'

import { useFormatter, useTranslations } from 'use-intl'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { detailRows } from '@/components/message/detail-rows'
import { useSettings } from '@/components/preference/settings-context'

export function AnswerDetails({ message }: { message: ThreadMessage }) {
  const t = useTranslations('answer')
  const format = useFormatter()
  const { models } = useSettings()
  const model = models?.items.find((item) => item.id === message.metadata.model)
  return (
    <dl className="mt-1 grid w-fit grid-cols-[auto_auto] gap-x-6 gap-y-1 rounded-xl bg-card px-4 py-3 text-sm">
      {detailRows({ t, format }, message, model?.name).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd dir="auto" className="tabular-nums">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
