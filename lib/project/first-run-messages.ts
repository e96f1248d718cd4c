import type { MessageParts } from '../terminal/user-error.ts';

/** What the AWS config file already has. */
export interface LocalConfig {
  /** Profiles as `cdk` reads them, and whether each has a credential source. */
  readonly profiles: ReadonlyMap<string, { readonly hasCredentials: boolean }>;
  readonly sessions: ReadonlyMap<
    string,
    { readonly startUrl?: string | undefined; readonly region?: string | undefined }
  >;
  /** Sections that only the AWS CLI can read (`[ profile x ]`), as written between the brackets, by name. */
  readonly unreadableProfiles: ReadonlyMap<string, string>;
  readonly unreadableSessions: ReadonlyMap<string, string>;
  /** The file for people: `~/.aws/config`. */
  readonly shownPath: string;
}

/** A session of the wanted name signs in somewhere else. */
export function otherSession(
  name: string,
  here: { startUrl?: string | undefined; region?: string | undefined },
  wanted: { startUrl: string; region: string },
  local: LocalConfig,
): MessageParts {
  return {
    what: `SSO session ${JSON.stringify(name)} in ${local.shownPath} is another one than the project's`,
    why: [
      `Here: ${here.startUrl ?? 'no start URL'} in ${here.region ?? 'no region'}.`,
      `The project: ${wanted.startUrl} in ${wanted.region}.`,
    ],
    next: [
      `Rename one of them: [sso-session ${name}] in ${local.shownPath}, or ssoSession.name in context.cdkx of cdk.json.`,
    ],
  };
}

/** A section that only the AWS CLI can read stands in the way: adding the right one would define it twice. */
export function unreadableSection(wanted: string, written: string, local: LocalConfig): MessageParts {
  return {
    what: `${local.shownPath} has a section [${written}] that cdk cannot read`,
    why: `The project needs [${wanted}]; adding it would define it twice for the AWS CLI.`,
    next: `Write the section as [${wanted}] and run the command again.`,
  };
}

/** The wanted name belongs to a profile that works. */
export function definedAlready(name: string, account: string, local: LocalConfig): MessageParts {
  return {
    what: `Profile ${JSON.stringify(name)} is defined in ${local.shownPath} already, for something else than account ${account}`,
    why: 'cdkx does not change a profile that works.',
    next: ['Define a profile for that account, or rename the one that is there:', '    cdkx sso configure'],
  };
}
