import type { ResolvedProject } from '../cdk/resolve-project.ts';
import type { Context, Environment } from '../context.ts';
import type { SourceId } from '../profile/detect-types.ts';
import { planConfigChange, type ConfigChange } from '../profile/edit-config.ts';
import { ownMark } from '../profile/prune.ts';
import { resolveCredentialSource } from '../profile/resolve-source.ts';
import { headerLine } from '../profile/shared-config-parser.ts';
import type { SharedConfig } from '../profile/shared-config.ts';
import type { Pin } from '../project/block.ts';
import type { FirstRunPlan, LocalConfig } from '../project/first-run.ts';
import { accountAccessScope } from './sso-configure-options.ts';

/** A profile, and where it is new its session, that a project's pin needs. */
export type FirstRunAddition = Extract<FirstRunPlan, { outcome: 'add' }>;

/** The AWS config file as the first run looks at it. */
export function localConfig(config: SharedConfig, env: Environment): LocalConfig {
  const { parsed, shownPath } = config.files.config;
  const profiles = [...config.profiles.keys()].map((name) => {
    return [name, { hasCredentials: resolveCredentialSource(config, name, env).kind !== 'none' }] as const;
  });
  const sessions = [...config.ssoSessions.keys()].map((name) => {
    const { sso_start_url: startUrl, sso_region: region } = config.ssoSessions.get(name) ?? {};
    return [name, { startUrl, region }] as const;
  });
  const unreadable = (meant: 'profile' | 'sso-session') =>
    parsed.sections
      .filter(({ header }) => header.kind === 'ignored' && header.meant === meant)
      .map((section) => [section.header.name, headerLine(parsed.text, section).replace(/^\[|\].*$/g, '')] as const);
  return {
    profiles: new Map(profiles),
    sessions: new Map(sessions),
    unreadableProfiles: new Map(unreadable('profile')),
    unreadableSessions: new Map(unreadable('sso-session')),
    shownPath,
  };
}

/** The block that an outcome of detection came from. */
export function pinOfOrigin(
  { run, userBlock }: Pick<ResolvedProject, 'run' | 'userBlock'>,
  origin: SourceId,
): Pin | undefined {
  return origin === 'user-block' ? userBlock : run?.effective;
}

/** What the addition makes of the AWS config file; nothing is written. Throws a UserError (78) as `planConfigChange`. */
export function firstRunChange(ctx: Context, { profile, session }: FirstRunAddition): ConfigChange {
  const { name, account, role, region } = profile;
  return planConfigChange(ctx, [
    {
      action: 'set',
      kind: 'profile',
      name,
      values: {
        sso_session: session.name,
        sso_account_id: account,
        sso_role_name: role,
        ...(region === undefined ? {} : { region }),
      },
      comment: ownMark,
    },
    ...(session.exists
      ? []
      : ([
          {
            action: 'set',
            kind: 'sso-session',
            name: session.name,
            values: {
              sso_start_url: session.startUrl,
              sso_region: session.region,
              sso_registration_scopes: accountAccessScope,
            },
          },
        ] as const)),
  ]);
}
