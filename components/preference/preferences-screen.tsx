'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { AccountDeletion } from '@/components/account/account-deletion'
import { AllChatsDeletion } from '@/components/account/all-chats-deletion'
import { DataExport } from '@/components/account/data-export'
import { DataImport } from '@/components/account/data-import'
import { PasswordChange } from '@/components/account/password-change'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import { AnswerCacheSetting } from '@/components/preference/answer-cache-setting'
import { KeyList } from '@/components/preference/key-list'
import { LanguageSetting } from '@/components/preference/language-setting'
import { ModelSetting } from '@/components/preference/model-setting'
import { SendKeySetting } from '@/components/preference/send-key-setting'
import { SessionList } from '@/components/preference/session-list'
import { useSettings } from '@/components/preference/settings-context'
import { ShortcutsSetting } from '@/components/preference/shortcuts-setting'
import { ThemeSetting } from '@/components/preference/theme-setting'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import type { Preferences } from '@/lib/contract/api'

/** Every choice is kept as soon as it is made; there is no form to send. */
export function PreferencesScreen({ user }: { user: { id: string; email: string } }) {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const { preferences, models, failure, reload, save } = useSettings()
  const [saved, setSaved] = useState<'saving' | 'saved' | Failure | null>(null)
  // A new password ends the other sessions: what is listed is read again.
  const [passwords, setPasswords] = useState(0)
  const keep = async (change: Partial<Preferences>) => {
    setSaved('saving')
    const result = await save(change)
    setSaved(result.ok ? 'saved' : result.failure)
  }
  const unsaved = typeof saved === 'object' ? saved : null
  return (
    // `relative`: what is hidden from the eye alone stands in here, too, and makes nothing longer that does not scroll.
    <div className="relative flex-1 overflow-y-auto">
      <div className="reading-width space-y-10 py-8 md:py-12">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h1 className="text-3xl font-semibold tracking-tight">{t('title')}</h1>
          <p role="status" className="text-sm text-soft">
            {saved === 'saving' ? common('saving') : saved === 'saved' ? t('saved') : ''}
          </p>
        </div>
        {unsaved !== null && <Notice message={t('unsaved', { reason: wordsOf(unsaved) })} />}
        {failure !== null && preferences === null && (
          <Notice message={wordsOf(failure)}>
            <NoticeAction label={common('retry')} onAct={reload} />
          </Notice>
        )}
        {failure === null && preferences === null && <p role="status">{t('loading')}</p>}
        {preferences !== null && (
          <>
            <ThemeSetting value={preferences.theme} onChange={(theme) => void keep({ theme })} />
            <LanguageSetting value={preferences.language} onChange={(language) => void keep({ language })} />
            <ModelSetting value={preferences.model} models={models} onChange={(model) => void keep({ model })} />
            <AnswerCacheSetting
              value={preferences.answerCache}
              onChange={(answerCache) => void keep({ answerCache })}
            />
            <SendKeySetting value={preferences.sendKey} onChange={(sendKey) => void keep({ sendKey })} />
            <ShortcutsSetting value={preferences.shortcuts} onChange={(shortcuts) => void keep({ shortcuts })} />
          </>
        )}
        <SessionList key={passwords} />
        <KeyList email={user.email} />
        <PasswordChange email={user.email} onChanged={() => setPasswords((count) => count + 1)} />
        <DataExport />
        <DataImport />
        <AllChatsDeletion />
        <AccountDeletion user={user} />
      </div>
    </div>
  )
}
