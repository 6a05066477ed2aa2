/** What a translation of English messages must have: the same keys, each with a text of its own. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Translation<English[Key]>
}
