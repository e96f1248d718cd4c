import { type MessageParts, type Reporter, UserError } from '../../lib/messages/errors.ts';
import type { SessionRequest } from '../../lib/sso/ensure/types.ts';
import type { SsoSession } from '../../lib/sso/session.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { TestContext } from '../helpers/context.ts';
import { messageText } from '../helpers/message.ts';
import { ended, until } from '../helpers/until.ts';

export const startUrl = 'https://acme.awsapps.com/start';

/** A session named "corp", at the stand-in where one is given. */
export function createSession(emulator?: Emulator, more: Partial<SsoSession> = {}): SsoSession {
  const endpoints = emulator === undefined ? {} : { oidc: emulator.url, portal: emulator.url };
  return { name: 'corp', startUrl, region: 'eu-west-1', endpoints, ...more };
}

/** The same as a legacy profile has it. */
export function createLegacySession(emulator?: Emulator): SsoSession {
  const { name: _name, ...session } = createSession(emulator);
  return session;
}

export interface RecordedReporter extends Reporter {
  readonly said: string[];
}

export function createRecorder(interactive = false): RecordedReporter {
  const said: string[] = [];
  const record = (kind: string) => (parts: MessageParts | string) =>
    void said.push(`${kind}: ${typeof parts === 'string' ? parts : messageText(parts)}`);
  return {
    said,
    interactive,
    level: 'verbose',
    info: record('info'),
    notice: record('notice'),
    warn: record('warn'),
    verbose: record('verbose'),
    error: record('error'),
  };
}

export function createRequest(session: SsoSession, more: Partial<SessionRequest> = {}): SessionRequest {
  return {
    session,
    profile: 'dev',
    requirement: 'required',
    login: 'prompt',
    reporter: createRecorder(),
    http: {},
    unattended: undefined,
    command: 'cdkx deploy',
    // A system with a browser would wait for it.
    deviceCode: true,
    ...more,
  };
}

/** The UserError with which something rejects. */
export async function userError(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`no UserError, but ${String(error)}`, { cause: error });
}

/** Moves a clock that stands still by itself, as long as the work sleeps, until it has ended. */
export async function whileTimePasses<Result>(ctx: TestContext, work: Promise<Result>): Promise<Result> {
  const isOver = ended(work);
  await until('the end of what polls', async () => {
    if (ctx.clock.sleeping > 0) await ctx.clock.advance(1_000);
    return isOver();
  });
  return work;
}
