'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type AttachedFile, type AttachProblem, attachedBytes } from '@/components/composer/attached-file'
import type { AttachedPart } from '@/lib/contract/api'
import { maxAttachedBytes, maxAttachedFiles } from '@/lib/contract/limits'

const totalBytes = (files: readonly AttachedFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The files in the composer. They exist only in memory: a reload loses them, and a failed send restores them. */
export function useAttachments() {
  const [files, setFiles] = useState<readonly AttachedFile[]>([])
  const [problems, setProblems] = useState<readonly AttachProblem[]>([])
  const [reading, setReading] = useState(0)
  // Files are read in sequence, and each needs the total size of the earlier ones before React renders again.
  const filesRef = useRef<readonly AttachedFile[]>([])
  const queue = useRef(Promise.resolve())

  const replaceFiles = useCallback((next: readonly AttachedFile[]) => {
    filesRef.current = next
    setFiles(next)
  }, [])

  const read = useCallback(
    async (chosen: readonly File[]) => {
      // Loaded on demand with the first file.
      const { attachFile } = await import('@/components/composer/attach-file')
      const found: AttachProblem[] = []
      for (const [index, file] of chosen.entries()) {
        if (filesRef.current.length >= maxAttachedFiles) {
          found.push({ reason: 'count', name: file.name })
          break
        }
        const remainingBytes = maxAttachedBytes - totalBytes(filesRef.current)
        // Several images share the remaining space, because they can be scaled down. A text can use all of it.
        const maxBytes = file.type.startsWith('image/')
          ? Math.floor(remainingBytes / (chosen.length - index))
          : remainingBytes
        const result = await attachFile(file, maxBytes)
        if ('reason' in result) found.push(result)
        else replaceFiles([...filesRef.current, result])
      }
      setProblems(found)
    },
    [replaceFiles],
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
      replaceFiles(filesRef.current.filter((other) => other !== file))
    },
    [replaceFiles],
  )
  /** Empties the composer and returns its files as message parts. */
  const drain = useCallback((): AttachedPart[] => {
    const parts = filesRef.current.map(({ part }) => part)
    setProblems([])
    replaceFiles([])
    return parts
  }, [replaceFiles])
  /**
   * Restores files after a failed send. If more were added meanwhile, `tooMuch` will prevent sending too many.
   */
  const restore = useCallback(
    (parts: readonly AttachedPart[]) => {
      const back = parts.map((part) => ({ part, bytes: attachedBytes(part.url) }))
      replaceFiles([...back, ...filesRef.current])
    },
    [replaceFiles],
  )
  const tooMuch = files.length > maxAttachedFiles || totalBytes(files) > maxAttachedBytes
  return { files, problems, reading: reading > 0, tooMuch, add, remove, drain, restore }
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/**
 * Accepts files dropped anywhere on the page, because the browser would open a file that is dropped outside the
 * composer. Returns whether files are being dragged over the page.
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    // `dragenter` fires for a child before `dragleave` fires for its parent, so entered elements are counted.
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
