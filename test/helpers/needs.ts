import { existsSync } from 'node:fs';

/** What some tests need of the machine: programs, `mounts` of one's own (unshare), and to be `root`. */
export type Need =
  | 'openssl'
  | 'Chromium'
  | 'AWS CLI v2'
  | 'bash'
  | 'zsh'
  | 'fish'
  | 'mounts'
  | 'root'
  | 'another user'
  | '/dev/full'
  | '/proc';

/**
 * Whether the tests that need something run: where it is missing they are skipped, which is said on stderr.
 * `CDKX_TEST_NO_SKIP` turns that into a failure, so that a run which looks green has tested all of it;
 * `CDKX_TEST_MAY_SKIP` names the needs, with commas, that a machine cannot have all the same.
 * @param missing Why it is not there; `undefined` where it is.
 * @throws Where a test would be skipped that must not be.
 */
export function hasNeed(
  need: Need,
  missing: string | undefined,
  {
    CDKX_TEST_NO_SKIP: strict = '',
    CDKX_TEST_MAY_SKIP: allowed = '',
  }: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (missing === undefined) return true;
  if (strict !== '' && !allowed.split(',').includes(need)) {
    throw new Error(`Tests that need ${need} would be skipped (${missing}), which CDKX_TEST_NO_SKIP forbids.`);
  }
  process.stderr.write(`skipped: ${missing}\n`);
  return false;
}

/** `it` or `describe`, or its `skip` where that need is missing. */
export function needing<Define extends { readonly skip: unknown }>(
  define: Define,
  need: Need,
  missing: string | undefined,
): Define | Define['skip'] {
  return hasNeed(need, missing) ? define : define.skip;
}

/** Why there is no look at other processes here, as on macOS; `undefined` where there is. */
export const noProc = existsSync('/proc/self') ? undefined : 'there is no /proc on this system';

/**
 * For a test of what Windows does not have, such as file modes, signals or a shell: `onPosix(it, 'file modes')`. There it is skipped, on purpose and
 * everywhere, so that everything else has to pass.
 */
export function onPosix<Define extends { readonly skip: unknown }>(
  define: Define,
  _what: string,
): Define | Define['skip'] {
  return process.platform === 'win32' ? define.skip : define;
}

/** For a test that needs a program or rule of Windows. */
export function onWindows<Define extends { readonly skip: unknown }>(define: Define): Define | Define['skip'] {
  return process.platform === 'win32' ? define : define.skip;
}
