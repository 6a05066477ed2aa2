'use client'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { AccountDeletion } from '@/components/account/account-deletion'
import { AllChatsDeletion } from '@/components/account/all-chats-deletion'
import { DataExport } from '@/components/account/data-export'
import { DataImport } from '@/components/account/data-import'
import { PasswordChange } from '@/components/account/password-change'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { ChoiceCards } from '@/components/preference/choice-cards'
import { KeyList } from '@/components/preference/key-list'
import { SessionList } from '@/components/preference/session-list'
import { SettingSection } from '@/components/preference/setting-section'
import { useSettings } from '@/components/preference/settings-context'
import { ShortcutList } from '@/components/shell/shortcut-list'
import { Notice, NoticeAction } from '@/components/ui/notice'
import {
  answerCacheModes,
  type Language,
  languages,
  type ModelList,
  type Preferences,
  sendKeys,
  themes,
} from '@/lib/contract/api'
import { languageNames } from '@/lib/contract/language'

/** The preferences page. Each choice is saved immediately, without a submit button. */
export function PreferencesScreen({ user }: { user: { id: string; email: string } }) {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const { preferences, models, failure, reload, save } = useSettings()
  const [saved, setSaved] = useState<'saving' | 'saved' | Failure | null>(null)
  // Changing the password ends the other sessions, so the list of sessions must be fetched again.
  const [passwordChanges, setPasswordChanges] = useState(0)
  const saveChange = async (change: Partial<Preferences>) => {
    setSaved('saving')
    const result = await save(change)
    setSaved(result.ok ? 'saved' : result.failure)
  }
  const unsaved = typeof saved === 'object' ? saved : null
  return (
    // `relative` makes this the containing block of visually hidden elements. Otherwise they would make the page
    // scroll.
    <div className="relative flex-1 overflow-y-auto">
      <div className="reading-width space-y-10 py-8 md:py-12">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h1 className="text-3xl font-semibold tracking-tight">{t('title')}</h1>
          <p role="status" className="text-sm text-soft">
            {saved === 'saving' ? common('saving') : saved === 'saved' ? t('saved') : ''}
          </p>
        </div>
        {unsaved !== null && <Notice message={t('unsaved', { reason: errorMessage(unsaved) })} />}
        {failure !== null && preferences === null && (
          <Notice message={errorMessage(failure)}>
            <NoticeAction label={common('retry')} onAct={reload} />
          </Notice>
        )}
        {failure === null && preferences === null && <p role="status">{t('loading')}</p>}
        {preferences !== null && (
          <>
            <ThemeSetting value={preferences.theme} onChange={(theme) => void saveChange({ theme })} />
            <LanguageSetting value={preferences.language} onChange={(language) => void saveChange({ language })} />
            <ModelSetting value={preferences.model} models={models} onChange={(model) => void saveChange({ model })} />
            <AnswerCacheSetting
              value={preferences.answerCache}
              onChange={(answerCache) => void saveChange({ answerCache })}
            />
            <SendKeySetting value={preferences.sendKey} onChange={(sendKey) => void saveChange({ sendKey })} />
            <ShortcutsSetting value={preferences.shortcuts} onChange={(shortcuts) => void saveChange({ shortcuts })} />
          </>
        )}
        <SessionList key={passwordChanges} />
        <KeyList email={user.email} />
        <PasswordChange email={user.email} onChanged={() => setPasswordChanges((count) => count + 1)} />
        <DataExport />
        <DataImport />
        <AllChatsDeletion />
        <AccountDeletion user={user} />
      </div>
    </div>
  )
}

type SendKey = Preferences['sendKey']

function SendKeySetting({ value, onChange }: { value: SendKey; onChange: (value: SendKey) => void }) {
  const t = useTranslations('preference')
  const choices = sendKeys.map((key) => ({
    value: key,
    name: t(`sendKey.${key}.name`),
    description: t(`sendKey.${key}.words`),
  }))
  return <ChoiceCards legend={t('sendKey.legend')} choices={choices} value={value} onChange={onChange} />
}

type Mode = Preferences['answerCache']

function AnswerCacheSetting({ value, onChange }: { value: Mode; onChange: (value: Mode) => void }) {
  const t = useTranslations('preference')
  const choices = answerCacheModes.map((mode) => ({
    value: mode,
    name: t(`answerCache.${mode}.name`),
    description: t(`answerCache.${mode}.words`),
  }))
  return <ChoiceCards legend={t('answerCache.legend')} choices={choices} value={value} onChange={onChange} />
}

type LanguageSettingProps = { value: Language | null; onChange: (value: Language | null) => void }

function LanguageSetting({ value, onChange }: LanguageSettingProps) {
  const t = useTranslations('preference')
  const choices = [
    { value: 'browser', name: t('language.browser') },
    ...languages.map((language) => ({ value: language, name: languageNames[language], language })),
  ] as const
  return (
    <ChoiceCards
      legend={t('language.legend')}
      choices={choices}
      value={value ?? 'browser'}
      onChange={(choice) => onChange(choice === 'browser' ? null : choice)}
    />
  )
}

type ThemeSettingProps = { value: Preferences['theme']; onChange: (value: Preferences['theme']) => void }

function ThemeSetting({ value, onChange }: ThemeSettingProps) {
  const t = useTranslations('preference')
  const choices = themes.map((theme) => ({ value: theme, name: t(`theme.${theme}`) }))
  return <ChoiceCards legend={t('theme.legend')} choices={choices} value={value} onChange={onChange} />
}

type ModelSettingProps = {
  value: string | null
  models: ModelList | null
  onChange: (value: string | null) => void
}

function ModelSetting({ value, models, onChange }: ModelSettingProps) {
  const t = useTranslations('preference')
  const id = useId()
  const items = models?.items ?? []
  const standard = items.find((item) => item.id === models?.default)?.name
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 text-lg font-semibold">
        {t('model.legend')}
      </h2>
      <select
        aria-labelledby={id}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        className="h-11 w-full max-w-sm rounded-xl border border-edge bg-lift px-3"
      >
        <option value="">
          {standard === undefined ? t('model.standard') : t('model.standardNamed', { name: standard })}
        </option>
        {items.map((item) => (
          <option key={item.id} value={item.id} disabled={!item.available}>
            {item.available ? item.name : t('model.unavailable', { name: item.name })}
          </option>
        ))}
      </select>
    </section>
  )
}

function ShortcutsSetting({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  const t = useTranslations('preference')
  return (
    <SettingSection title={t('shortcuts.legend')}>
      <label className="mt-2 flex w-fit items-center gap-3">
        <input
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        {t('shortcuts.use')}
      </label>
      <div className="mt-2 max-w-md pointer-coarse:hidden">
        <ShortcutList />
      </div>
    </SettingSection>
  )
}
