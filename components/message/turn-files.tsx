'use client'

import { ChevronRight, FileText } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { messageFiles, type ThreadMessage } from '@/components/chat/thread-message'
import { attachedText } from '@/components/composer/attached-file'
import { DataImage } from '@/components/ui/data-image'
import { ScrollArea } from '@/components/ui/scroll-area'

const ImageDialog = dynamic(() => import('@/components/message/image-dialog').then(({ ImageDialog }) => ImageDialog))

type FilePart = ReturnType<typeof messageFiles>[number]

/** Only `data:` images are shown, so that a message can never make the browser request a URL. */
const isImage = ({ mediaType, url }: FilePart) => mediaType.startsWith('image/') && url.startsWith('data:image/')

/** Shows the files of a message: images as thumbnails that open in a dialog, texts collapsed. */
export function TurnFiles({ message }: { message: ThreadMessage }) {
  const files = messageFiles(message).map((file, index) => ({ key: String(index), file }))
  if (files.length === 0) return null
  const images = files.filter(({ file }) => isImage(file))
  const others = files.filter(({ file }) => !isImage(file))
  return (
    <div className="flex w-full flex-col items-end gap-2">
      {images.length > 0 && (
        <ul className="flex flex-wrap justify-end gap-2">
          {images.map(({ key, file }) => (
            <li key={key}>
              <Picture file={file} />
            </li>
          ))}
        </ul>
      )}
      {others.map(({ key, file }) => (
        <TextFile key={key} file={file} />
      ))}
    </div>
  )
}

function Picture({ file: { url, filename } }: { file: FilePart }) {
  const t = useTranslations('answer')
  const [open, setOpen] = useState(false)
  const name = filename ?? t('unnamedFile')
  return (
    <>
      <button
        type="button"
        aria-label={t('openImage', { name })}
        title={name}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="block overflow-hidden rounded-2xl border border-line"
      >
        <DataImage url={url} alt="" className="size-32 bg-card object-cover" />
      </button>
      {open && <ImageDialog url={url} name={name} onClose={() => setOpen(false)} />}
    </>
  )
}

function TextFile({ file: { url, filename } }: { file: FilePart }) {
  const t = useTranslations('answer')
  const name = filename ?? t('unnamedFile')
  const [open, setOpen] = useState(false)
  return (
    <details
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="max-w-full rounded-2xl border border-line bg-card text-sm open:w-full open:[&_.turns]:rotate-90"
    >
      <summary className="flex list-none items-center gap-2 rounded-2xl px-3 py-2">
        <FileText aria-hidden="true" className="size-4 shrink-0 text-soft" />
        <bdi className="min-w-0 truncate">{name}</bdi>
        <ChevronRight
          aria-hidden="true"
          className="turns size-4 shrink-0 text-soft transition-transform rtl:rotate-180"
        />
      </summary>
      {open && (
        <ScrollArea label={name} className="max-h-96 overflow-y-auto border-t border-line">
          <pre dir="auto" className="w-max px-4 py-3 font-mono text-xs">
            {attachedText(url)}
          </pre>
        </ScrollArea>
      )}
    </details>
  )
}
