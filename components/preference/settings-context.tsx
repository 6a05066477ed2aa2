'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type ApiResult, callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import type { ModelItem, ModelList, Preferences } from '@/lib/contract/api'

export type Settings = {
  /** Null until loaded. The chat works meanwhile, with the server's defaults. */
  preferences: Preferences | null
  models: ModelList | null
  failure: Failure | null
  reload: () => void
  save: (change: Partial<Preferences>) => Promise<ApiResult<Preferences>>
}

const SettingsContext = createContext<Settings | null>(null)

/** Provides the user's preferences and the available models, which are fetched once for all screens. */
export function SettingsProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState<Preferences | null>(null)
  const [models, setModels] = useState<ModelList | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)

  const reload = useCallback(async () => {
    setFailure(null)
    const [chosen, offered] = await Promise.all([
      callApi<Preferences>('/api/preferences'),
      callApi<ModelList>('/api/models'),
    ])
    if (chosen.ok) setPreferences(chosen.value)
    else setFailure(chosen.failure)
    if (offered.ok) setModels(offered.value)
    else setFailure(offered.failure)
  }, [])
  useEffect(() => void reload(), [reload])

  const save = useCallback(
    async (change: Partial<Preferences>) => {
      // Optimistic: if the request fails, the old values of only these keys are restored, as other changes may be
      // in progress.
      const before = Object.fromEntries(
        Object.keys(change).map((key) => [key, preferences?.[key as keyof Preferences]]),
      )
      setPreferences((now) => (now === null ? now : { ...now, ...change }))
      const result = await callApi<Preferences>('/api/preferences', { method: 'PATCH', body: change })
      if (!result.ok) setPreferences((now) => (now === null ? now : { ...now, ...before }))
      return result
    },
    [preferences],
  )

  const value = useMemo(
    () => ({ preferences, models, failure, reload: () => void reload(), save }),
    [preferences, models, failure, reload, save],
  )
  return <SettingsContext value={value}>{children}</SettingsContext>
}

export function useSettings(): Settings {
  const settings = useContext(SettingsContext)
  if (settings === null) throw new Error('useSettings must be used inside SettingsProvider')
  return settings
}

/** Returns the model of the next turn: the preferred one if it is available, else the server's default. */
export function currentModel({ preferences, models }: Pick<Settings, 'preferences' | 'models'>): ModelItem | null {
  if (models === null) return null
  const find = (id: string | null | undefined) => models.items.find((item) => item.id === id && item.available)
  return find(preferences?.model) ?? models.items.find((item) => item.id === models.default) ?? null
}
