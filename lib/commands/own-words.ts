import { ownWords } from '../cdk/own-words.ts';

/** Whether a command line that begins with this word is cdkx's own and never reaches `cdk`. Loads nothing. */
export function isOwnWord(word: string | undefined): boolean {
  return ownWords.some((own) => own === word);
}
