import type { SharedConfig } from '../../aws-config/shared-config.ts';
import { UserError } from '../../messages/errors.ts';
import { shellWord } from '../../messages/text.ts';
import type { ConfigureOptions } from './options.ts';

/** No session and no start URL, and nobody to ask. */
export function missingStartUrl(config: SharedConfig, { session }: ConfigureOptions): UserError {
  const names = [...config.ssoSessions.keys()];
  const isUnknown = session !== undefined;
  return new UserError('StartUrlRequired', {
    what: isUnknown
      ? `there is no [sso-session ${session}] in ${config.files.config.shownPath}, and no --start-url to make one.`
      : 'no IAM Identity Center session to configure is named.',
    why: [
      names.length === 0
        ? `${config.files.config.shownPath} has no [sso-session] section.`
        : `Known sessions: ${names.slice(0, 10).join(', ')}.`,
      'There is no terminal here to ask on.',
    ],
    next: [
      { say: 'Name the start URL of your AWS access portal, or one of the sessions with --session:' },
      { run: 'cdkx sso configure --start-url https://acme.awsapps.com/start --all --yes' },
    ],
  });
}

/** The region is not to be found out, and nobody to ask. */
export function missingRegion(url: string): UserError {
  return new UserError('RegionRequired', {
    what: `the region of IAM Identity Center behind ${url} could not be found out.`,
    why: 'Neither the start URL nor the page behind it names it, and there is no terminal here to ask on.',
    next: [
      { say: 'Name it:' },
      { run: `cdkx sso configure --start-url ${shellWord(url)} --region eu-west-1 --all --yes` },
    ],
  });
}

/** The name belongs to a session that signs in elsewhere. */
export function otherSession(config: SharedConfig, name: string, here: string, wanted: string): UserError {
  return new UserError('SessionConflict', {
    what: `SSO session "${name}" in ${config.files.config.shownPath} is another one than you ask for.`,
    why: [`Here: ${here}`, `Asked for: ${wanted}`],
    next: [{ say: `Give the new session another name with --session, or correct [sso-session ${name}] by hand.` }],
  });
}

/** A section that only the AWS CLI can read has the name. */
export function unreadableSession(config: SharedConfig, name: string, reason: string): UserError {
  return new UserError('SessionUnreadable', {
    what: `${config.files.config.shownPath} has a section meant for SSO session "${name}" that cdk ignores: ${reason}.`,
    why: 'Adding a right one would define it twice for the AWS CLI.',
    next: [
      { say: `Write its header as [sso-session ${name}], and run this again:` },
      { run: `cdkx sso configure --session ${shellWord(name)}` },
    ],
  });
}

/** There is something to write, and nobody to ask whether to. */
export function cannotConfirm(): UserError {
  return new UserError('ConfirmationRequired', {
    what: 'nobody said yes to a change of the AWS config file.',
    why: 'There is no terminal here to ask on.',
    next: [
      { say: 'To see the change, or to write it without the question, run the same command with:' },
      { run: '--dry-run' },
      { run: '--yes' },
    ],
  });
}

/** The person said no. */
export function declined(shownPath: string): UserError {
  return new UserError('Cancelled', { what: `declined; ${shownPath} is as it was.` });
}

/** The profile has credentials of another kind, which win over SSO keys or contradict them. */
export function otherCredentials(config: SharedConfig, profile: string, kind: string): UserError {
  return new UserError('ProfileConflict', {
    what: `profile "${profile}" in ${config.files.config.shownPath} gets its credentials otherwise (${kind}).`,
    why: 'The keys of an SSO profile beside them would have no effect, or contradict them.',
    next: [
      { say: 'Give the new profile another name:' },
      { run: `cdkx sso configure --profile ${shellWord(`${profile}-sso`)}` },
    ],
  });
}
