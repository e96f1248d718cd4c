import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/emulator.ts';
import { dependencies, repository } from '../helpers/cli.ts';
import { createHome } from '../helpers/home.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

export const accounts = { dev: '111111111111', prod: '222222222222', partner: '333333333333' } as const;
export const pluginPath = join(repository, 'dist/plugin.cjs');

const startUrls = { acme: 'https://acme.awsapps.com/start', partner: 'https://partner.awsapps.com/start' } as const;

/** Profiles in three accounts under two SSO sessions. */
export const sharedConfig = `
[profile acme-dev]
sso_session = acme
sso_account_id = ${accounts.dev}
sso_role_name = Deployer
region = eu-west-1

[profile acme-prod]
sso_session = acme
sso_account_id = ${accounts.prod}
sso_role_name = Deployer
region = eu-west-1

[profile partner]
sso_session = partner
sso_account_id = ${accounts.partner}
sso_role_name = Deployer
region = eu-west-1

[sso-session acme]
sso_start_url = ${startUrls.acme}
sso_region = eu-central-1
sso_registration_scopes = sso:account:access

[sso-session partner]
sso_start_url = ${startUrls.partner}
sso_region = eu-central-1
sso_registration_scopes = sso:account:access
`;

/** Two instances of Identity Center, in another region than what is deployed: one with two accounts, the other with one; no account trusts another. */
export function startTwoInstances(options: EmulatorOptions = {}): Promise<Emulator> {
  const region = 'eu-central-1';
  return startEmulator({
    instances: [
      { startUrl: startUrls.acme, region },
      { startUrl: startUrls.partner, region },
    ],
    accounts: Object.entries(accounts).map(([name, id]) => ({
      id,
      name,
      roles: ['Deployer', 'Releaser', 'ReadOnly'],
      bootstrapped: ['eu-west-1'],
      startUrls: [name === 'partner' ? startUrls.partner : startUrls.acme],
    })),
    ...options,
  });
}

const appSource = `
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

const app = new App();
for (const [id, account] of Object.entries({ Dev: '${accounts.dev}', Prod: '${accounts.prod}', Partner: '${accounts.partner}' })) {
  const stack = new Stack(app, id, { env: { account, region: 'eu-west-1' } });
  const asset = new Asset(stack, 'Files', { path: import.meta.dirname + '/files/' + id });
  new StringParameter(stack, 'Where', { stringValue: asset.s3ObjectKey });
  new CfnOutput(stack, 'Url', { value: asset.s3ObjectUrl });
}
`;

/** How one test's project differs from the others. */
export interface ProjectFiles {
  /** \`context.cdkx\` in cdk.json. */
  readonly block: unknown;
  /** More keys of cdk.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly config?: string;
  readonly credentials?: string;
  readonly tokens: Readonly<Record<string, unknown>>;
}

/** A home, and an app with a stack and an asset of its own in each account. */
export function createThreeAccountProject({ block, settings, ...files }: ProjectFiles) {
  const folder = tempFolder();
  const home = createHome(join(folder, 'home'), { config: sharedConfig, ...files });
  const cwd = join(folder, 'project');
  writeApp(cwd);
  const cdkJson = { app: 'node app.mjs', requireApproval: 'never', ...settings, context: { cdkx: block } };
  writeFileSync(join(cwd, 'cdk.json'), JSON.stringify(cdkJson));
  return { home, cwd };
}

/** An app that plays back what the real one has synthesized: loading aws-cdk-lib would take longer than all the rest of a test. */
function writeApp(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const [assembly, outdir] = [JSON.stringify(synthesizedOnce()), 'process.env.CDK_OUTDIR'];
  writeFileSync(
    join(folder, 'app.mjs'),
    `import fs from 'node:fs';\nfs.cpSync(${assembly}, ${outdir}, { recursive: true });\n`,
  );
  symlinkSync(dependencies, join(folder, 'node_modules'), 'junction');
}

/** The assembly of the real app: made once for an app and a version of aws-cdk-lib, whoever comes first, and kept in `build`. */
function synthesizedOnce(): string {
  const version = readFileSync(join(dependencies, 'aws-cdk-lib/package.json'), 'utf8');
  const name = createHash('sha256').update(appSource).update(version).digest('hex').slice(0, 16);
  const kept = join(repository, 'build/assemblies', name);
  if (existsSync(kept)) return kept;
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(join(dirname(kept), 'making-'));
  for (const id of ['Dev', 'Prod', 'Partner']) {
    mkdirSync(join(folder, 'files', id), { recursive: true });
    writeFileSync(join(folder, 'files', id, 'name.txt'), id);
  }
  writeFileSync(join(folder, 'app.mjs'), appSource);
  symlinkSync(dependencies, join(folder, 'node_modules'), 'junction');
  execFileSync(process.execPath, ['app.mjs'], {
    cwd: folder,
    env: { ...process.env, CDK_OUTDIR: join(folder, 'out') },
  });
  try {
    renameSync(join(folder, 'out'), kept);
  } catch (error) {
    // Another test file was first.
    if (!existsSync(kept)) throw error;
  }
  rmSync(folder, { recursive: true });
  return kept;
}

/** A copy of the assembly: with it as `app`, cdk runs no app at all. Its folder is the caller's to remove. */
export function synthesizeApp(): string {
  const assembly = join(realpathSync(mkdtempSync(join(tmpdir(), 'cdkx-app-'))), 'cdk.out');
  cpSync(synthesizedOnce(), assembly, { recursive: true });
  return assembly;
}

export const map = { [accounts.dev]: 'acme-dev', [accounts.prod]: 'acme-prod', [accounts.partner]: 'partner' };

/** All stacks of the app, deployed. */
export const everywhere = [
  `${accounts.dev}/Dev: CREATE_COMPLETE`,
  `${accounts.prod}/Prod: CREATE_COMPLETE`,
  `${accounts.partner}/Partner: CREATE_COMPLETE`,
];

/** Tokens of both sessions that are good for an hour. */
export function validTokens(emulator: Emulator) {
  return {
    acme: emulator.issueToken({ startUrl: startUrls.acme }),
    partner: emulator.issueToken({ startUrl: startUrls.partner }),
  };
}

/** Tokens of both sessions that can neither be used nor refreshed. */
export function expiredTokens(emulator: Emulator) {
  const age = { expiresIn: -7800, refreshable: false };
  return {
    acme: emulator.issueToken({ startUrl: startUrls.acme, ...age }),
    partner: emulator.issueToken({ startUrl: startUrls.partner, ...age }),
  };
}

/** Living stacks of the app as `account/name: status`. */
export function deployedStacks(emulator: Emulator): string[] {
  return [...emulator.world.environments.values()]
    .flatMap(({ account, stacks }) =>
      [...stacks.values()]
        .filter(({ deletedAt, name }) => deletedAt === undefined && name !== 'CDKToolkit')
        .map(({ name, status }) => `${account}/${name}: ${status}`),
    )
    .sort();
}

/** How often an operation succeeded. */
export function countOf(emulator: Emulator, operation: string): number {
  return emulator.log.filter((record) => record.operation === operation && record.status === 200).length;
}
