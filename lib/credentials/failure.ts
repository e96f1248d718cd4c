import { UserError, type NextStep } from '../messages/errors.ts';
import { shellWord } from '../messages/text.ts';
import { nameAuthority, readStatus, tlsCode, toFailure } from '../sso/identity-center/failures.ts';

const unreachable: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);

/** How AWS, or something in between, responded. */
const outcomes = {
  refused: 'refused',
  network: 'was unreachable',
  tls: 'presented a certificate that this machine does not trust',
  server: 'returned a server error',
  throttled: 'is throttling requests',
  malformed: "returned a response that can't be parsed",
} as const;
type Outcome = keyof typeof outcomes;

const failings = {
  credentials: 'could not get credentials from',
  account: 'could not determine the account of',
} as const;

const checkNetwork = [{ say: 'Check the network, the VPN and the proxy, and run the command again.' }];
const nextSteps: Readonly<Record<Exclude<Outcome, 'refused'>, readonly NextStep[]>> = {
  network: checkNetwork,
  tls: nameAuthority,
  server: [{ say: 'Run the command again in a few minutes.' }],
  throttled: [{ say: 'Run the command again in a minute.' }],
  malformed: checkNetwork,
};

/** 77 if AWS refused or wasn't asked, else 69. A refusal keeps the SDK's message, which has no keys. */
export function credentialsFailure(
  error: unknown,
  about: {
    readonly profile?: string;
    readonly failing?: keyof typeof failings;
    readonly doing: string;
    readonly at?: { readonly operation: string; readonly host: string };
  },
): UserError {
  if (error instanceof UserError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const outcome = judge(cause);
  const subject = about.profile === undefined ? 'the credentials in the environment' : `profile "${about.profile}"`;
  const what = `${failings[about.failing ?? 'credentials']} ${subject}`;
  const option = about.profile === undefined ? '' : ` --profile ${shellWord(about.profile)}`;
  const lookAtIt = [{ say: 'To see the credential source, run:' }, { run: `cdkx profile show${option}` }];
  if (outcome === 'not-asked') {
    return new UserError('NoCredentials', { what, why: errorLines(cause), next: lookAtIt }, { cause });
  }
  const isRefusal = outcome === 'refused';
  return new UserError(
    isRefusal ? 'CredentialsRefused' : 'AwsUnreachable',
    {
      what: isRefusal ? `${what}: AWS denied the request to ${about.doing}` : `${what}: AWS ${outcomes[outcome]}`,
      why: isRefusal || about.at === undefined ? errorLines(cause) : reason(cause, about.at),
      next: isRefusal ? lookAtIt : nextSteps[outcome],
    },
    { cause },
  );
}

/** The error's message. For a failed program, only its output: its command line may contain secrets. */
function errorLines({ name, message }: Error): string[] {
  const [first = '', ...rest] = message.split('\n').flatMap((line) => line.trim() || []);
  if (first.startsWith('Command failed:')) return ['Its credential_process failed.', ...rest.slice(0, 3)];
  return [`${name}: ${first}`, ...rest];
}

/** `GetCallerIdentity at sts.eu-west-1.amazonaws.com: ECONNREFUSED.` */
function reason(error: Error, { operation, host }: { readonly operation: string; readonly host: string }): string {
  const status = readStatus(error);
  const { code } = toFailure(connectionFailure(error) ?? error, operation, host);
  return `${operation} at ${host}: ${status === undefined ? code : `HTTP ${status}`}.`;
}

/** `not-asked`: no answer of anybody is behind the error, which came before a call could be made. */
function judge(error: Error): Outcome | 'not-asked' {
  const broken = connectionFailure(error);
  if (broken !== undefined) return isDistrusted(broken) ? 'tls' : 'network';
  const status = readStatus(error);
  if (status === undefined) return 'not-asked';
  if (status === 429 || error.name.startsWith('Throttl')) return 'throttled';
  if (status >= 500) return 'server';
  // AWS names its errors. A page of a proxy, or a response that can't be parsed, has no name.
  return status < 400 || ['Unknown', 'Error', 'SyntaxError'].includes(error.name) ? 'malformed' : 'refused';
}

/** Whether an answer came that cannot be understood: the next one may be whole. */
export function isGarbled(error: unknown): boolean {
  return error instanceof Error && judge(error) === 'malformed';
}

/** The other side's certificate is not trusted here: nothing was asked of it. */
function isDistrusted(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && tlsCode.test(code);
}

/** The error, or the one behind it, that says that no whole answer came. */
function connectionFailure(error: Error): Error | undefined {
  const { code } = error as NodeJS.ErrnoException;
  const isOurs = isDistrusted(error) || (typeof code === 'string' && unreachable.has(code));
  if (isOurs || error.name === 'TimeoutError' || error.name === 'AbortError') return error;
  return error.cause instanceof Error ? connectionFailure(error.cause) : undefined;
}
