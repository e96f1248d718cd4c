/** The text of `--cdkx-help`: what cdkx adds to `cdk`. 80 columns at most. */
export function helpText(version: string): string {
  return `cdkx ${version}: runs your project's cdk with its AWS profile, signed in.

Usage: cdkx [--cdkx-…] COMMAND …     any command of cdk, arguments unchanged
       cdkx sso|profile|completion … cdkx's own words; see cdkx sso --help

  --cdkx-login=prompt|auto|never  ask before a login, log in by itself, or never
  --cdkx-device-code              sign in with a code, on any device
  --cdkx-no-browser               print the sign-in URL, open nothing
  --cdkx-stage=STAGE              the stage of the project block
  --cdkx-confirm=STAGE[,STAGE…]   confirm protected stages
  --cdkx-dry-run                  print what would be run, run nothing
  --cdkx-verbose, --cdkx-quiet    say more, say only errors
  --cdkx-version, --cdkx-help     about cdkx itself

Variables: CDKX_LOGIN, CDKX_DEVICE_CODE, CDKX_NO_BROWSER, CDKX_STAGE,
           CDKX_LOG=verbose|quiet, CDKX_CDK=PATH of another cdk,
           CDKX_COMPILE_CACHE=0 to keep no compiled code,
           CDKX_ALLOW_KEYS=1 to give keys to AI agents

Exit codes: cdk's own, 128+n if it died by signal n; 64 usage, 69 AWS gives
no answer, 70 a defect of cdkx, 74 stdout cannot be written (141: its reader
has gone), 77 not signed in, 78 configuration, 127 no cdk, 130 cancelled.
`;
}
