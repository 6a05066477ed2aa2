'use client'

import { FileText, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { AttachedFile } from '@/components/composer/attached-file'
import { IconButton } from '@/components/ui/button'
import { DataImage } from '@/components/ui/data-image'

type AttachmentChipsProps = {
  files: readonly AttachedFile[]
  /** Another file is being read or scaled down. */
  reading: boolean
  onRemove: (file: AttachedFile) => void
}

/** Lists the files of the next message with their sizes and a button to remove each. */
export function AttachmentChips({ files, reading, onRemove }: AttachmentChipsProps) {
  const t = useTranslations('chat')
  if (files.length === 0 && !reading) return null
  return (
    <div className="px-1 pt-1 pb-2">
      {files.length > 0 && (
        <ul aria-label={t('files')} className="flex flex-wrap gap-2">
          {files.map((file) => {
            const { mediaType, filename = t('unnamedFile'), url } = file.part
            const kib = Math.max(1, Math.round(file.bytes / 1024))
            return (
              <li
                key={url}
                className="flex max-w-64 items-center gap-2 rounded-xl border border-line bg-card p-1 text-sm"
              >
                {mediaType.startsWith('image/') ? (
                  <DataImage url={url} alt="" className="size-9 shrink-0 rounded-lg bg-page object-cover" />
                ) : (
                  <FileText aria-hidden="true" className="ms-1.5 size-5 shrink-0 text-soft" />
                )}
                <span className="min-w-0 leading-tight">
                  <bdi className="block truncate">{filename}</bdi>
                  <span className="text-xs text-soft">{t('fileSize', { size: kib })}</span>
                </span>
                <IconButton
                  label={t('removeFile', { name: filename })}
                  onClick={() => onRemove(file)}
                  className="size-8"
                >
                  <X aria-hidden="true" className="size-4" />
                </IconButton>
              </li>
            )
          })}
        </ul>
      )}
      <p role="status" className="text-sm text-soft not-empty:pt-1 not-empty:ps-2">
        {reading ? t('readingFile') : ''}
      </p>
    </div>
  )
}
