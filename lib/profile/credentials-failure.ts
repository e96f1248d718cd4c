import { nameAuthority } from '../sso/failure-message.ts';
import { tlsCode } from '../sso/identity-center-errors.ts';
import { exitCode, UserError } from '../terminal/user-error.ts';

/** Node's codes of a connection that could not be made or broke. */
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

/**
 * What went wrong while the SDK fetched credentials, as a UserError: 69 when AWS cannot be reached, else 77. The SDK's own message
 * is shown, which holds no keys. A UserError stays what it is. `failing` says what the credentials do not do: `gives no credentials`.
 */
export function credentialsFailure(
  error: unknown,
  about: { readonly profile?: string; readonly failing?: string; readonly doing: string },
): UserError {
  if (error instanceof UserError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const isUnreachable = isConnectionFailure(cause);
  const subject =
    about.profile === undefined ? 'The credential source of the environment' : `Profile "${about.profile}"`;
  const option = about.profile === undefined ? '' : ` --profile ${about.profile}`;
  return new UserError(
    isUnreachable ? exitCode.unavailable : exitCode.notSignedIn,
    {
      what: `${subject} ${about.failing ?? 'gives no credentials'}: AWS was asked to ${about.doing}, and ${isUnreachable ? 'could not be reached' : 'refused'}`,
      why: `${cause.name}: ${cause.message}`,
      next: isUnreachable
        ? isDistrusted(cause)
          ? nameAuthority
          : ['Check the network, the VPN and the proxy, and run the command again.']
        : ['See who these credentials are:', `    aws sts get-caller-identity${option}`],
    },
    { cause },
  );
}

/** The other side's certificate is not trusted here: nothing was asked of it. */
function isDistrusted(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && tlsCode.test(code)) return true;
  return error.cause instanceof Error && isDistrusted(error.cause);
}

function isConnectionFailure(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  if (error.name === 'TimeoutError' || isDistrusted(error) || (code !== undefined && unreachable.has(code)))
    return true;
  return error.cause instanceof Error && isConnectionFailure(error.cause);
}
