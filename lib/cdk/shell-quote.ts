const harmless = /^[\w@%+=:,./-]+$/;
const urlPassword = /(?<=:\/\/)[^\s/@]+@/g;

/** Arguments as a POSIX shell reads them back; user names and passwords within URLs are masked. */
export function quoteArguments(args: readonly string[]): string {
  return args.map((arg) => quote(arg.replace(urlPassword, '***@'))).join(' ');
}

function quote(arg: string): string {
  return harmless.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}
