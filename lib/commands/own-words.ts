/** cdkx's own words. None is a command or alias of `cdk`: a test holds that against many versions. */
export const ownWords: readonly string[] = ['sso', 'profile', 'completion'];

/** Whether a command line that begins with this word is cdkx's own and never reaches `cdk`. Loads nothing. */
export function isOwnWord(word: string | undefined): boolean {
  return word !== undefined && ownWords.includes(word);
}
