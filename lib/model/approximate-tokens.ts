/** Tokens of a text where nobody has counted them: four characters each, the rule of thumb for English. */
export const approximateTokens = (characters: number): number => Math.ceil(characters / 4)
