import type { SharedConfig } from '../../aws-config/shared-config.ts';
import { UserError } from '../../messages/errors.ts';
import type { Environment } from '../../context.ts';
import { shellWord } from '../../messages/text.ts';
import { cannotPrompt } from '../../system/environment.ts';
import type { ConfigureOptions } from './options.ts';

/** No session, no start URL, and cdkx can't prompt. */
export function missingStartUrl(config: SharedConfig, { session }: ConfigureOptions, env: Environment): UserError {
  const names = [...config.ssoSessions.keys()];
  const isUnknown = session !== undefined;
  return new UserError('StartUrlRequired', {
    what: isUnknown
      ? `[sso-session ${session}] is not defined in ${config.files.config.shownPath}, and --start-url is missing`
      : 'no IAM Identity Center session given',
    why: [
      names.length === 0
        ? `${config.files.config.shownPath} has no [sso-session] section.`
        : `Known sessions: ${names.slice(0, 10).join(', ')}.`,
      cannotPrompt(env),
    ],
    next: [
      { say: 'Specify the start URL of your AWS access portal, or a session with --session:' },
      { run: 'cdkx sso configure --start-url https://acme.awsapps.com/start --all --yes' },
    ],
  });
}

/** The region is unknown, and cdkx can't prompt. */
export function missingRegion(url: string, env: Environment): UserError {
  return new UserError('RegionRequired', {
    what: `couldn't determine the Region of IAM Identity Center for ${url}`,
    why: ['Neither the start URL nor its page contains it.', cannotPrompt(env)],
    next: [
      { say: 'Specify it:' },
      { run: `cdkx sso configure --start-url ${shellWord(url)} --region eu-west-1 --all --yes` },
    ],
  });
}

/** There is a change to write, and cdkx can't prompt. */
export function cannotConfirm(env: Environment): UserError {
  return new UserError('ConfirmationRequired', {
    what: 'refusing to change the AWS config file without confirmation',
    why: cannotPrompt(env),
    next: [{ say: 'To preview the change, add --dry-run; to write it, add --yes.' }],
  });
}

/** The user declined. */
export function declined(shownPath: string): UserError {
  return new UserError('Cancelled', { what: `cancelled; ${shownPath} was not changed` });
}

/** The profile has another credential source, which overrides SSO keys or conflicts with them. */
export function otherCredentials(config: SharedConfig, profile: string, kind: string): UserError {
  return new UserError('ProfileConflict', {
    what: `profile "${profile}" in ${config.files.config.shownPath} already has another credential source (${kind})`,
    why: 'The keys of an SSO profile would be ignored, or conflict with it.',
    next: [
      { say: 'Use another name for the new profile:' },
      { run: `cdkx sso configure --profile ${shellWord(`${profile}-sso`)}` },
    ],
  });
}
