/** What the plugin takes from the command line of the `cdk` that loaded it. */
export interface CdkArguments {
  /** `false` for `--no-profile`. */
  readonly profile?: string | false;
  readonly proxy?: string;
  readonly caBundlePath?: string;
  /** `-c key=value`, the last one winning. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Looks for the few options of `cdk` that concern credentials. `cdk` has already parsed and accepted the command line, so that
 * a plain search is enough.
 */
export function readCdkArguments(argv: readonly string[]): CdkArguments {
  const end = argv.indexOf('--');
  const args = end === -1 ? argv : argv.slice(0, end);
  const [named, proxy, caBundlePath] = ['--profile', '--proxy', '--ca-bundle-path'].map((name) =>
    valuesOf(args, [name]).at(-1),
  );
  const profile = named ?? (args.includes('--no-profile') ? false : undefined);
  const pairs = valuesOf(args, ['-c', '--context']).map((pair) => /^([^=]+)=(.*)$/s.exec(pair));
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(caBundlePath === undefined ? {} : { caBundlePath }),
    context: Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1], pair[2]]]))),
  };
}

/**
 * Whether the arguments of this process are those of `cdk`: its start file `bin/cdk` reads them, whether Node was started with it or
 * another program such as `cdklocal` loads it. `files`: those of CommonJS that are loaded, and the one that Node was started with.
 */
export function isStartedAsCdk(files: readonly string[]): boolean {
  return files.some((path) => /[\\/]bin[\\/]cdk$/.test(path));
}

function valuesOf(args: readonly string[], names: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (names.includes(arg)) return args[index + 1] ?? [];
    const name = names.find((candidate) => arg.startsWith(`${candidate}=`));
    return name === undefined ? [] : arg.slice(name.length + 1);
  });
}
