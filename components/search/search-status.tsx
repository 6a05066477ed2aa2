import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import type { SearchState } from '@/components/search/use-search'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

/** How the search goes, in words: also what a screen reader hears of the results. */
export function SearchStatus({ state, onRetry }: { state: SearchState; onRetry: () => void }) {
  const t = useTranslations('shell')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  return (
    <>
      {state.kind === 'failed' && (
        <div className="p-3">
          <Notice message={wordsOf(state.failure)}>
            <NoticeAction label={common('retry')} onAct={onRetry} />
          </Notice>
        </div>
      )}
      <p role="status" className="border-t border-line px-4 py-2 text-xs text-soft empty:hidden">
        {state.kind === 'searching' && t('search.searching')}
        {state.kind === 'found' &&
          (state.more
            ? t('search.more', { count: state.found.length })
            : t('search.found', { count: state.found.length }))}
      </p>
    </>
  )
}
