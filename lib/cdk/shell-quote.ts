import { shellWord } from '../terminal/shell-word.ts';

const urlPassword = /(?<=:\/\/)[^\s/@]+@/g;

/** Arguments as a POSIX shell reads them back; user names and passwords within URLs are masked. */
export function quoteArguments(args: readonly string[]): string {
  return args.map((arg) => shellWord(arg.replace(urlPassword, '***@'))).join(' ');
}
