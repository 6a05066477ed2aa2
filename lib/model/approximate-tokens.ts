/** Estimates the tokens of a text: four characters each, which is a common average for English. */
export const approximateTokens = (characters: number): number => Math.ceil(characters / 4)
