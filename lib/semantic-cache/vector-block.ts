/*
 * Many vectors in one value:
 *
 *   version (1 byte) | length of an id (1) | dimension (2) | records, oldest first
 *   record: id | when it expires, in ms since 1970 by the clock of Redis (double, 8) | int8 per dimension
 *
 * Numbers are little-endian. The scripts beside this file read and write the same.
 */
import { cosine } from '@/lib/embedding/quantize'

export type BlockRecord = { entryId: string; expiresAt: number; vector: Int8Array }

export type Candidate = { entryId: string; similarity: number }

const blockVersion = 1
const headerBytes = 4
const expiryBytes = 8

/** The records of a block, oldest first; none for whatever is not one, or has not the dimension that is wanted. */
export function parseBlock(block: Buffer, wanted?: number): BlockRecord[] {
  if (block.length < headerBytes || block[0] !== blockVersion) return []
  const dimension = block.readUInt16LE(2)
  if (wanted !== undefined && dimension !== wanted) return []
  const idBytes = block.readUInt8(1)
  const recordBytes = idBytes + expiryBytes + dimension
  const count = (block.length - headerBytes) / recordBytes
  if (!Number.isInteger(count)) return []
  return Array.from({ length: count }, (_, index) => {
    const start = headerBytes + index * recordBytes
    const vectorStart = start + idBytes + expiryBytes
    return {
      entryId: block.toString('latin1', start, start + idBytes),
      expiresAt: block.readDoubleLE(start + idBytes),
      vector: new Int8Array(block.buffer, block.byteOffset + vectorStart, dimension),
    }
  })
}

/** The block of these records, whose ids and vectors have one length each; null without records. */
export function formatBlock(records: readonly BlockRecord[]): Buffer | null {
  const [first] = records
  if (!first) return null
  const header = Buffer.from([blockVersion, first.entryId.length, 0, 0])
  header.writeUInt16LE(first.vector.length, 2)
  return Buffer.concat([
    header,
    ...records.flatMap(({ entryId, expiresAt, vector }) => [
      Buffer.from(entryId, 'latin1'),
      doubleLE(expiresAt),
      Buffer.from(vector.buffer, vector.byteOffset, vector.length),
    ]),
  ])
}

function doubleLE(value: number): Buffer {
  const bytes = Buffer.alloc(expiryBytes)
  bytes.writeDoubleLE(value)
  return bytes
}

/** Those of the records that are near enough, nearest first. */
export function scanRecords(records: readonly BlockRecord[], vector: Float32Array, atLeast: number): Candidate[] {
  return records
    .map(({ entryId, vector: stored }) => ({ entryId, similarity: cosine(vector, stored) }))
    .filter(({ similarity }) => similarity >= atLeast)
    .toSorted((a, b) => b.similarity - a.similarity)
}
