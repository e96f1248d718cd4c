/** The text of `--cdkx-help`: what cdkx adds to `cdk`. At most 80 columns wide. */
export function helpText(version: string): string {
  return `cdkx ${version}
Run the AWS CDK CLI with the right AWS profile and an active SSO session.

USAGE
  cdkx <cdk command> [cdk options]   passed unchanged to your project's cdk
  cdkx <command> <subcommand>        one of the cdkx commands below

COMMANDS
  sso login        Sign in
  sso status       Show sessions and time left
  sso logout       Sign out
  sso configure    Create profiles from your access portal
  sso exec         Run any command with the project's profile
  sso console      Open the AWS console at the project's account
  sso credentials  Print temporary credentials
  profile show     Show the selected profile, and why
  profile list     List profiles
  profile pin      Save a profile in cdk.json for the team
  completion       Print a shell completion script

OPTIONS
  --cdkx-login=prompt|auto|never  prompt before signing in, sign in
                                  automatically, or never
  --cdkx-device-code              sign in with a code on any device
  --cdkx-no-browser               print the sign-in URL instead of opening a
                                  browser
  --cdkx-stage=STAGE              use a stage of the project block in cdk.json
  --cdkx-confirm=STAGE[,STAGE…]   confirm protected stages
  --cdkx-dry-run                  print the cdk command without running it
  --cdkx-verbose, --cdkx-quiet    show details; show errors only
  --cdkx-version, --cdkx-help     version and help of cdkx

VARIABLES
  CDKX_LOGIN, CDKX_DEVICE_CODE, CDKX_NO_BROWSER, CDKX_STAGE
  CDKX_LOG=verbose|quiet          show details; show errors only
  CDKX_CDK=PATH                   use another cdk
  CDKX_COMPILE_CACHE=0            disable the compile cache
  CDKX_ALLOW_KEYS=1               allow AI agents to get keys

EXIT CODES
  cdk's exit code (128+n if signal n ended it), or
  64 usage           69 AWS unreachable  70 bug in cdkx      74 stdout error
  77 not signed in   78 configuration    127 no cdk found    130 cancelled
  141 broken pipe

Run 'cdkx <command> --help' for details. Run 'cdkx --help' for cdk's own help.
`;
}
