'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import {
  type AttachedFile,
  type AttachProblem,
  attachedBytes,
  maxAttachedBytes,
  maxAttachedFiles,
} from '@/components/composer/attached-file'
import type { AttachedPart } from '@/lib/contract/api'

const sizeOf = (files: readonly AttachedFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The files in the box. They are kept by this page only: a reload forgets them, a failed send brings them back. */
export function useAttachments() {
  const [files, setFiles] = useState<readonly AttachedFile[]>([])
  const [problems, setProblems] = useState<readonly AttachProblem[]>([])
  const [reading, setReading] = useState(0)
  // What is being read has to know what the files before it took, before anything is drawn again.
  const held = useRef<readonly AttachedFile[]>([])
  const queue = useRef(Promise.resolve())

  const put = useCallback((next: readonly AttachedFile[]) => {
    held.current = next
    setFiles(next)
  }, [])

  const read = useCallback(
    async (chosen: readonly File[]) => {
      // Loaded with the first file.
      const { attachFile } = await import('@/components/composer/attach-file')
      const found: AttachProblem[] = []
      for (const [index, file] of chosen.entries()) {
        if (held.current.length >= maxAttachedFiles) {
          found.push({ reason: 'count', name: file.name })
          break
        }
        const room = maxAttachedBytes - sizeOf(held.current)
        // Several pictures at once share what is left; a text takes what it needs.
        const share = file.type.startsWith('image/') ? Math.floor(room / (chosen.length - index)) : room
        const result = await attachFile(file, share)
        if ('reason' in result) found.push(result)
        else put([...held.current, result])
      }
      setProblems(found)
    },
    [put],
  )

  const add = useCallback(
    (chosen: readonly File[]) => {
      if (chosen.length === 0) return
      setReading((now) => now + 1)
      queue.current = queue.current
        .then(() => read(chosen))
        .catch(() => setProblems(chosen.map(({ name }) => ({ reason: 'unread', name }))))
        .finally(() => setReading((now) => now - 1))
    },
    [read],
  )
  const remove = useCallback(
    (file: AttachedFile) => {
      setProblems([])
      put(held.current.filter((other) => other !== file))
    },
    [put],
  )
  /** Empties the box and says what was in it. */
  const take = useCallback((): AttachedPart[] => {
    const parts = held.current.map(({ part }) => part)
    setProblems([])
    put([])
    return parts
  }, [put])
  /** Back into the box. If others have come meanwhile there may be too many now: then the limit says so. */
  const giveBack = useCallback(
    (parts: readonly AttachedPart[]) => {
      const back = parts.map((part) => ({ part, bytes: attachedBytes(part.url) }))
      put([...back, ...held.current])
    },
    [put],
  )
  const tooMuch = files.length > maxAttachedFiles || sizeOf(files) > maxAttachedBytes
  return { files, problems, reading: reading > 0, tooMuch, add, remove, take, giveBack }
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/**
 * Files can be let go anywhere on the page: beside the box a browser would open them in the chat's place. True while
 * some are held over it.
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    // Every element under the pointer is entered before the one above it is left.
    let entered = 0
    const count = (step: number) => (event: DragEvent) => {
      if (!carriesFiles(event)) return
      entered = Math.max(0, entered + step)
      setOver(entered > 0)
    }
    const onEnter = count(1)
    const onLeave = count(-1)
    const onOver = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      entered = 0
      setOver(false)
      onFiles([...(event.dataTransfer?.files ?? [])])
    }
    document.addEventListener('dragenter', onEnter)
    document.addEventListener('dragleave', onLeave)
    document.addEventListener('dragover', onOver)
    document.addEventListener('drop', onDrop)
    return () => {
      document.removeEventListener('dragenter', onEnter)
      document.removeEventListener('dragleave', onLeave)
      document.removeEventListener('dragover', onOver)
      document.removeEventListener('drop', onDrop)
    }
  }, [onFiles])
  return over
}
