import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator, type Emulator, type RequestRecord } from '../emulator/emulator.ts';
import type { FaultKind } from '../emulator/faults.ts';
import { leftoverFiles, readAwsFiles, tornFiles } from '../helpers/aws-files.ts';
import { runCdkx } from '../helpers/cli.ts';
import { answerDevices } from '../helpers/devices.ts';
import { openDoor, type Door } from '../helpers/door.ts';
import { recordFigure } from '../helpers/figures.ts';
import { tokenFileName } from '../helpers/home.ts';
import { hasNeed } from '../helpers/needs.ts';
import { personAsBrowser } from '../helpers/person.ts';
import { createScriptedProject } from '../helpers/project.ts';
import { isLongForm, tries } from '../helpers/scale.ts';
import { handsOutCredentials, type Shows } from '../helpers/shown-secrets.ts';
import { createAuthority, noOpenssl, type Authority } from '../helpers/tls.ts';
import { config, dev, prod } from './two-accounts.ts';

/** What cannot be made at the level of HTTP, or lasts: where the endpoint variables point instead. */
type Fault = FaultKind | { readonly kind: 'refused' | 'tls' };
const faults: Readonly<Record<string, Fault>> = {
  '429': { kind: 'error', status: 429 },
  'half an answer': { kind: 'truncated' },
  '500': { kind: 'error', status: 500 },
  'HTML from a proxy': { kind: 'proxy-html' },
  reset: { kind: 'reset' },
  'wrong content type': { kind: 'content-type' },
  '503': { kind: 'error', status: 503 },
  'no answer': { kind: 'hang' },
  'slow drip': { kind: 'slow', msPerByte: 1_000 },
  'connection refused': { kind: 'refused' },
  'TLS error': { kind: 'tls' },
};
const said: Readonly<Record<string, RegExp>> = {
  '429': /is throttling requests|HTTP 429|TooManyRequests/,
  'half an answer': /can't be parsed|failed: HTTP 200/,
  '500': /returned a server error|failed: InternalServer/,
  'HTML from a proxy': /can't be parsed|failed: HTTP 403/,
  reset: /ECONNRESET/,
  '503': /returned a server error|failed: (HTTP 503|InternalServer|ServiceUnavailable)/,
  'no answer': /ETIMEDOUT/,
  'slow drip': /ETIMEDOUT/,
  'connection refused': /ECONNREFUSED/,
  'TLS error': /not trust|SELF_SIGNED|UNABLE_TO_VERIFY/,
};
const garbled = ['half an answer', 'HTML from a proxy'];

/** A call, and the command that makes it. */
interface Scenario {
  readonly operation: string;
  /** The variable that leads its host elsewhere. */
  readonly endpoint: string;
  /** The request that comes before it to the same host, where it is not the first: until then all is well. */
  readonly after?: (before: RequestRecord) => boolean;
  readonly args: readonly string[];
  readonly session?: 'valid' | 'revoked' | 'expired' | 'none';
  /** The script that stands in for `cdk`, which else ends well. */
  readonly cdk?: string;
  readonly block?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly isAnswered?: true;
  readonly shows?: Shows;
  /** Whether a garbled answer is asked for again. */
  readonly repeats: boolean;
  /** The answer says nothing: neither half of it nor a drip matters. */
  readonly isEmpty?: true;
  /** The documented bound, seconds. */
  readonly within: number;
  readonly aside?: Aside;
}
/** What is known of a call that the command looks aside with: it ends in its own way, whatever became of the call. */
interface Aside {
  readonly exitCode: number;
  /** What is said only where the call has got through. */
  readonly answered: RegExp;
  /** What is said where it has not; by default nothing at all. */
  readonly unanswered?: RegExp;
}
const [oidc, portal, sts] = ['AWS_ENDPOINT_URL_SSO_OIDC', 'AWS_ENDPOINT_URL_SSO', 'AWS_ENDPOINT_URL_STS'];
const loginByCode = {
  args: ['sso', 'login', '--profile', 'acme-dev', '--device-code'],
  session: 'none',
  within: 40,
} as const;
const failingCdk = 'console.log("cdk ran"); process.exitCode = 1';
const scenarios: Readonly<Record<string, Scenario>> = {
  'RegisterClient, sso login': {
    operation: 'RegisterClient',
    endpoint: oidc,
    ...loginByCode,
    isAnswered: true,
    repeats: true,
  },
  'StartDeviceAuthorization, sso login': {
    operation: 'StartDeviceAuthorization',
    endpoint: oidc,
    after: ({ operation }) => operation === 'RegisterClient',
    ...loginByCode,
    isAnswered: true,
    repeats: true,
  },
  // Six polls in a row may fail; the person comes when one has got through.
  'CreateToken, polls of sso login': {
    operation: 'CreateToken:device_code',
    endpoint: oidc,
    after: ({ operation }) => operation === 'StartDeviceAuthorization',
    ...loginByCode,
    isAnswered: true,
    repeats: true,
    within: 250,
  },
  'CreateToken, sso login in the browser': {
    operation: 'CreateToken:authorization_code',
    endpoint: oidc,
    after: ({ operation }) => operation === 'DecideAuthorization',
    args: ['sso', 'login', '--profile', 'acme-dev'],
    session: 'none',
    env: { CDKX_DEVICE_CODE: '0', ...personAsBrowser() },
    repeats: false,
    within: 40,
  },
  'CreateToken, refresh before deploy': {
    operation: 'CreateToken:refresh_token',
    endpoint: oidc,
    args: ['deploy'],
    session: 'expired',
    repeats: false,
    within: 40,
  },
  'GetRoleCredentials, sso credentials': {
    operation: 'GetRoleCredentials',
    endpoint: portal,
    args: ['sso', 'credentials', '--profile', 'acme-dev'],
    shows: handsOutCredentials,
    repeats: true,
    within: 40,
  },
  'ListAccounts, sso configure': {
    operation: 'ListAccounts',
    endpoint: portal,
    args: ['sso', 'configure', '--session', 'acme', '--all', '--yes'],
    repeats: true,
    within: 60,
  },
  'ListAccountRoles, sso configure': {
    operation: 'ListAccountRoles',
    endpoint: portal,
    after: ({ operation }) => operation === 'ListAccounts',
    args: ['sso', 'configure', '--session', 'acme', '--all', '--yes'],
    repeats: true,
    within: 60,
  },
  'Logout, sso logout': {
    operation: 'Logout',
    endpoint: portal,
    args: ['sso', 'logout', '--profile', 'acme-dev'],
    repeats: true,
    isEmpty: true,
    within: 40,
  },
  'GetCallerIdentity, the guard before deploy': {
    operation: 'GetCallerIdentity',
    endpoint: sts,
    args: ['deploy'],
    block: { profile: 'of-keys', account: dev },
    repeats: true,
    within: 20,
  },
  'AssumeRole, sso credentials': {
    operation: 'AssumeRole',
    endpoint: sts,
    args: ['sso', 'credentials', '--profile', 'role'],
    shows: handsOutCredentials,
    repeats: true,
    within: 20,
  },
  'ListAccounts, sso status --check': {
    operation: 'ListAccounts',
    endpoint: portal,
    args: ['sso', 'status', '--check'],
    repeats: true,
    within: 40,
    aside: { exitCode: 0, answered: /acme +signed in +\d/, unanswered: /signed in \(portal unreachable\)/ },
  },
  'GetRoleCredentials, the explanation after cdk failed': {
    operation: 'GetRoleCredentials',
    endpoint: portal,
    args: ['deploy'],
    session: 'revoked',
    cdk: failingCdk,
    repeats: true,
    within: 3,
    aside: {
      exitCode: 1,
      answered: /no longer accepts .*Sign in again.*cdkx sso login --force/s,
      unanswered: /^$|GetRoleCredentials at 127/,
    },
  },
  'ListAccountRoles, the explanation after cdk failed': {
    operation: 'ListAccountRoles',
    endpoint: portal,
    after: ({ operation }) => operation === 'GetRoleCredentials',
    args: ['deploy'],
    block: { profile: 'not-mine' },
    cdk: failingCdk,
    repeats: true,
    within: 3,
    aside: {
      exitCode: 1,
      answered: /Your roles in account 111111111111: Developer, ReadOnly\./,
      // What has been learnt before is said without the list, unless the time is up.
      unanswered: /no access to account 111111111111 as Nobody (?!.*Your roles)|^$/s,
    },
  },
};

type Cell = readonly [scenario: string, fault: string, times: number | 'always'];
const canMakeCertificates = isLongForm && hasNeed('openssl', noOpenssl);
const every: readonly Cell[] = Object.keys(scenarios).flatMap((name) =>
  Object.entries(faults).flatMap(([fault, { kind }]): Cell[] => {
    const lasting: Cell = [name, fault, 'always'];
    if (kind === 'tls' && !canMakeCertificates) return [];
    return kind === 'refused' || kind === 'tls' ? [lasting] : [[name, fault, 2], lasting];
  }),
);
/** One fault of each call that needs no waiting, in turns, and one door that is shut. */
const diagonal: readonly Cell[] = [
  ...Object.keys(scenarios).map((name, index): Cell => [
    name,
    Object.keys(faults)[index % 7] ?? '',
    index % 2 === 0 ? 'always' : 2,
  ]),
  ['ListAccountRoles, sso configure', 'connection refused', 'always'],
];
const cells = isLongForm ? every : diagonal;

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

let folder: string;
let authorities: { readonly before: Authority; readonly after: Authority } | undefined;
const outcomes = new Map<string, Outcome>();
const nameOf = (cell: Cell) => cell.join(', ');

// Most of the time is waiting: many wait together, the longest first.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdkx-calls-'));
  if (canMakeCertificates) {
    authorities = { before: createAuthority(folder, 'known'), after: createAuthority(folder, 'unknown') };
  }
  const bound = ([name]: Cell) => scenarios[name]?.within ?? 0;
  const waiting = cells.toSorted((one, other) => bound(other) - bound(one)).values();
  const work = async () => {
    for (const cell of waiting) outcomes.set(nameOf(cell), await run(cell));
  };
  await Promise.all(Array.from({ length: tries(3, 16) }, work));
}, 1_200_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isOfHttp(fault: Fault): fault is FaultKind {
  return fault.kind !== 'refused' && fault.kind !== 'tls';
}

/** Runs the command of a cell against a stand-in of its own. */
async function run([name, fault, times]: Cell): Promise<Outcome> {
  const scenario = scenarios[name] as Scenario;
  const emulator = await startEmulator({
    deviceInterval: 1,
    // One page, so that each call of a scenario is made once.
    pageSize: 100,
    accounts: [
      { id: dev, name: 'acme-dev', roles: ['Developer', 'ReadOnly'] },
      { id: prod, name: 'acme-prod', roles: ['ReadOnly'], iamRoles: [{ name: 'Deploy', trusts: [dev] }] },
    ],
  });
  const project = createProject(emulator, scenario);
  const kind = faults[fault] as Fault;
  const door = isOfHttp(kind)
    ? undefined
    : await openDoor(emulator.port, kind.kind === 'tls' ? authorities : undefined);
  if (isOfHttp(kind)) emulator.faults.add({ ...kind, operation: scenario.operation, times });
  if (door !== undefined) shutInTime(door, emulator, scenario);
  const env = {
    ...emulator.env(),
    ...project.env,
    AWS_REGION: 'eu-west-1',
    ...scenario.env,
    ...(door === undefined ? {} : { [scenario.endpoint]: door.url }),
    // The person in the browser trusts what cdkx trusts.
    ...(kind.kind === 'tls' && authorities ? { NODE_EXTRA_CA_CERTS: authorities.before.ca } : {}),
  };
  const before = readAwsFiles(project);
  const stopAnswering = scenario.isAnswered ? answerDevices(emulator, () => isHeard(emulator)) : () => undefined;
  const begun = Date.now();
  try {
    const ended = await runCdkx(scenario.args, { ...project, env, ...(scenario.shows && { shows: scenario.shows }) });
    return { ...ended, seconds: (Date.now() - begun) / 1000, before, after: readAwsFiles(project) };
  } finally {
    stopAnswering();
    await door?.close();
    await emulator.close();
  }
}

/** Shuts the door before the first call, or as soon as the one before has been read. */
function shutInTime(door: Door, { log }: Emulator, { after }: Scenario): void {
  if (after === undefined) {
    door.shut();
    return;
  }
  const { push } = log;
  let isShut = false;
  log.push = (...records) => {
    if (!isShut && records.some(after)) {
      isShut = true;
      door.shut();
    }
    return push.apply(log, records);
  };
}

function createProject(emulator: Emulator, { session = 'valid', block, cdk }: Scenario) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = emulator.userKeyFor({ account: dev });
  const keys = `[of-keys]\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}\n`;
  const token = emulator.issueToken({ expiresIn: session === 'expired' ? -60 : 7200 });
  if (session === 'revoked') emulator.revoke();
  const project = createScriptedProject(cdk ?? 'console.log("cdk ran")', {
    config,
    credentials: keys,
    tokens: session === 'none' ? {} : { acme: token },
  });
  if (block !== undefined) writeFileSync(join(project.cwd, 'cdk.json'), JSON.stringify({ context: { cdkx: block } }));
  return project;
}

/** Whether a poll has got through to Identity Center: not before does the person approve. */
function isHeard(emulator: Emulator): boolean {
  return emulator.log.some(
    ({ operation, fault = 'content-type' }) => operation === 'CreateToken' && fault === 'content-type',
  );
}

/** Whether the command must come to a good end under that fault. */
function isOutlived([name, fault, times]: Cell): boolean {
  const { operation, repeats, isEmpty } = scenarios[name] as Scenario;
  if (fault === 'wrong content type') return true;
  if (isEmpty && ['half an answer', 'slow drip'].includes(fault)) return true;
  if (times === 'always') return false;
  if (fault === 'slow drip') return operation === 'CreateToken:device_code';
  return repeats || !garbled.includes(fault);
}

describe('a command whose call fails', () => {
  it.each(cells)('%s, %s, %s times', (...cell) => {
    const [name] = cell;
    const outcome = outcomes.get(nameOf(cell)) as Outcome;
    const { stderr, seconds, before, after } = outcome;
    const scenario = scenarios[name] as Scenario;
    const good = isOutlived(cell);
    if (scenario.aside === undefined) expectOwnEnd(cell, good, outcome);
    else expectAside(scenario, scenario.aside, good, outcome);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    // It does not hang: a busy machine may take a multiple.
    expect(seconds).toBeLessThan(scenario.within * 3 + 60);
    // No file is half written, and nothing is left beside them.
    expect({ torn: tornFiles(after), left: leftoverFiles(after) }).toEqual({ torn: [], left: [] });
    const token = join('sso/cache', tokenFileName('acme'));
    const isKept = good || scenario.operation === 'Logout' || after[token] === before[token];
    expect({ isKept, config: after['config']?.startsWith(before['config'] ?? '') }).toEqual({
      isKept: true,
      config: true,
    });
    recordFigure('commands.runs');
  });
});

/** The command is nothing without the call: it ends well, or with 69 and a message. */
function expectOwnEnd([name, fault]: Cell, good: boolean, { exitCode, stderr }: Outcome): void {
  expect({ exitCode, problem: good || said[fault]?.test(stderr) ? '' : stderr }).toEqual({
    exitCode: good ? 0 : 69,
    problem: '',
  });
  // Three parts: what happened at which call, why, and what to do.
  const [operation = ''] = scenarios[name]?.operation.split(':') ?? [];
  const spoken = stderr.replaceAll(/\s+/g, ' ');
  expect(good || (spoken.includes(operation) && /127\.0\.0\.1:\d+/.test(spoken))).toBe(true);
  expect(good || /again|Check|export AWS_CA_BUNDLE|in your browser/.test(spoken)).toBe(true);
}

/** The command ends as without the call, says what it has learnt, and nothing that it has not. */
function expectAside(
  { cdk, within }: Scenario,
  { exitCode, answered, unanswered = /^$/ }: Aside,
  good: boolean,
  outcome: Outcome,
): void {
  const { stdout, stderr, seconds } = outcome;
  expect(outcome).toMatchObject({ exitCode, ...(cdk === undefined ? {} : { stdout: 'cdk ran\n' }) });
  const spoken = cdk === undefined ? stdout : stderr.replace(/^cdkx: profile .*\n/, '');
  const isLost = !good || (!answered.test(spoken) && seconds > within);
  // A busy machine may use up the time that the look has, with the program's own start.
  expect({ spoken, isAnswered: answered.test(spoken) }).toEqual({
    spoken: expect.stringMatching(isLost ? unanswered : answered),
    isAnswered: !isLost,
  });
}
