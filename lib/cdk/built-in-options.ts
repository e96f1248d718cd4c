import type { Registry } from './option-table.ts';

// The options of aws-cdk 2.1148, with the `--json` that older versions have for every command. One option a word:
// names joined by `/`, then `:` and its kind; `!` requires a value. The kind of most, boolean, is left out.
const globalOptions = `
  app/a:string! build:string context/c:array plugin/p:array trace strict lookups ignore-errors verbose/v:count
  debug debug-app debug-cli profile:string! region:string! proxy:string! ca-bundle-path:string! ec2creds/i
  version-reporting/telemetry path-metadata asset-metadata role-arn/r:string! staging output/o:string! notices
  no-color color ci unstable:array telemetry-file:string yes/y json/j`;

const hotswap = `hotswap hotswap-fallback hotswap-ecs-minimum-healthy-percent:number
  hotswap-ecs-maximum-healthy-percent:number hotswap-ecs-stabilization-timeout-seconds:number`;

// `name/alias [POSITIONAL..]`: its own options.
const commands: Readonly<Record<string, string>> = {
  'list/ls [STACKS..]': 'long/l show-dependencies/d json/j',
  'synth/synthesize [STACKS..]': 'exclusively/e validation quiet/q json/j watch',
  'bootstrap [ENVIRONMENTS..]': `bootstrap-bucket-name/b/toolkit-bucket-name:string bootstrap-kms-key-id:string
    example-permissions-boundary/epb custom-permissions-boundary/cpb:string apply-permissions-boundary-to-all-roles
    bootstrap-customer-key qualifier:string public-access-block-configuration deny-external-id tags/t:array execute
    trust:array trust-for-lookup:array untrust:array cloudformation-execution-policies:array force/f
    termination-protection show-template json/j toolkit-stack-name:string! template:string! previous-parameters
    import-existing-resources express`,
  'gc [ENVIRONMENTS..]': `action:string type:string rollback-buffer-days:number created-buffer-days:number confirm
    toolkit-stack-name:string! bootstrap-stack-name:string!`,
  'flags [FLAGNAME..]': `value:string! set all unconfigured recommended default interactive/i safe
    concurrency/n:number!`,
  'deploy [STACKS..]': `all build-exclude/E:array exclusively/e require-approval:string notification-arns:array
    rollback-trigger-alarm-arns:array monitoring-time-minutes:number tags/t:array execute change-set-name:string
    method/m:string! import-existing-resources force/f parameters:array outputs-file/O:string! previous-parameters
    toolkit-stack-name:string! progress:string rollback R ${hotswap} watch logs concurrency:number!
    asset-parallelism asset-build-concurrency:number! asset-prebuild ignore-no-stacks revert-drift express`,
  'validate [STACKS..]': 'online watch',
  'diagnose [STACKS..]': 'toolkit-stack-name:string! concurrency:number!',
  'rollback [STACKS..]': 'all toolkit-stack-name:string! force/f validate-bootstrap-version orphan:array',
  'publish-assets [STACKS..]': 'all exclusively/e force/f concurrency:number!',
  'import [STACK]': `execute change-set-name:string notification-arns:array toolkit-stack-name:string! rollback
    force/f record-resource-mapping:string! resource-mapping/m:string! resource-mapping-inline:string!`,
  'watch [STACKS..]': `outputs-file/O:string! build-exclude/E:array exclusively/e change-set-name:string force/f
    toolkit-stack-name:string! progress:string rollback R ${hotswap} logs concurrency:number!`,
  'destroy [STACKS..]': 'all exclusively/e force/f concurrency:number! express',
  'diff [STACKS..]': `parameters:array exclusively/e context-lines:number! template:string! strict security-only fail
    fail-on:string! processed quiet/q change-set/changeset change-set-name:string method/m:string!
    import-existing-resources include-moves`,
  'drift [STACKS..]': 'fail',
  'metadata [STACK]': 'json/j',
  'acknowledge/ack [ID]': '',
  notices: 'unacknowledged/u',
  'init [TEMPLATE]': `language/l:string list generate-only lib-version/V:string from-path:string!
    template-path:string! package-manager:string project-name/n:string!`,
  migrate: `stack-name/n:string! language/l:string account:string region:string from-path:string from-stack
    output-path:string from-scan:string filter:array compress`,
  context: 'reset/e:string! force/f clear json/j',
  'docs/doc': 'browser/b:string',
  doctor: '',
  explore: 'port:number',
  lsp: 'features',
  'orphan [PATHS..]': '',
  'refactor [STACKS..]': `additional-stack-name:array! dry-run override-file:string! revert force
    toolkit-stack-name:string!`,
  'cli-telemetry': 'enable disable status',
};

/** The built-in copy in the shape of aws-cdk's own registry, without descriptions. */
export function builtInRegistry(): Registry {
  return {
    globalOptions: readOptions(globalOptions),
    commands: Object.fromEntries(Object.entries(commands).map(readCommand)),
  };
}

function readCommand([heading, options]: readonly [string, string]): [string, unknown] {
  const [names = '', positional] = heading.split(' ');
  const [name = '', ...aliases] = names.split('/');
  const arg = positional && { name: positional.replace(/[[\].]/g, ''), variadic: positional.includes('..') };
  return [name, { aliases, arg, options: readOptions(options) }];
}

function readOptions(text: string): Record<string, unknown> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [names = '', kind = 'boolean'] = word.split(':');
      const [name = '', ...alias] = names.split('/');
      const type = kind.replace('!', '');
      return [name, { type, alias, requiresArg: kind.endsWith('!'), count: type === 'count' }];
    }),
  );
}
