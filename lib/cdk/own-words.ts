/** cdkx's own words. None is a command or alias of `cdk`: a test holds that against the installed one. */
export const ownWords = ['sso', 'profile', 'completion'] as const;

export type OwnWord = (typeof ownWords)[number];

/** The own word a command line begins with, its `--cdkx-*` flags left out; everything else is `cdk`'s. */
export function ownWordOf(forwarded: readonly string[]): OwnWord | undefined {
  return ownWords.find((word) => word === forwarded[0]);
}
