import { existsSync } from 'node:fs';
import type { Context, Environment } from '../../context.ts';
import { chosenBrowser, isWsl, windowsOpener } from '../../system/environment.ts';
import { findProgram } from '../../shell/programs.ts';
import type { LoginMethod } from '../cache/registration-cache.ts';
import type { SsoSession } from '../session.ts';

export interface LoginEnvironment {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Whether the profile itself has `sso_start_url`. */
  readonly isLegacy: boolean;
  /** `--cdkx-device-code`, `CDKX_DEVICE_CODE`; `undefined` if not set. */
  readonly deviceCode: boolean | undefined;
  /** Inside a container (`/.dockerenv`, `/run/.containerenv`). */
  readonly inContainer: boolean;
  readonly inWsl: boolean;
  readonly hasWslOpener: boolean;
}

export interface ChosenMethod {
  readonly method: LoginMethod;
  readonly because: string;
}

export function detectLoginEnvironment(
  ctx: Pick<Context, 'env' | 'platform' | 'cwd'>,
  session: SsoSession,
  deviceCode: boolean | undefined,
): LoginEnvironment {
  return {
    env: ctx.env,
    platform: ctx.platform,
    isLegacy: session.name === undefined,
    deviceCode,
    inContainer: ctx.platform === 'linux' && (existsSync('/.dockerenv') || existsSync('/run/.containerenv')),
    inWsl: isWsl(ctx),
    hasWslOpener: findProgram('wslview', ctx) !== undefined || existsSync(windowsOpener),
  };
}

/** A browser on this machine has to reach 127.0.0.1 here; else a code. The user's choice comes first. */
export function chooseLoginMethod(at: LoginEnvironment): ChosenMethod {
  const { env } = at;
  // No tool refreshes legacy tokens, and the AWS CLI only uses device authorization for them.
  if (at.isLegacy) return device('the profile has no sso_session');
  if (at.deviceCode === true) return device('a device code was requested');
  if (at.deviceCode === false) return browser('the browser was requested');
  const remote = firstSet(env, ['SSH_CONNECTION', 'SSH_TTY', 'SSH_CLIENT']);
  if (remote !== undefined) return device(`${remote} is set, and a remote browser can't reach this machine`);
  if (chosenBrowser(env) !== undefined) return browser('BROWSER is set');
  const workspace = firstSet(env, ['CODESPACES', 'REMOTE_CONTAINERS', 'GITPOD_WORKSPACE_ID', 'CLOUD_SHELL']);
  if (workspace !== undefined) return device(`${workspace} is set, and a remote browser can't reach this machine`);
  if (env['AWS_EXECUTION_ENV'] === 'CloudShell') return device('this is AWS CloudShell');
  if (at.inContainer) return device('this is a container');
  if (at.inWsl) {
    return at.hasWslOpener
      ? browser('WSL can open a browser on Windows')
      : device("WSL can't open a browser on Windows");
  }
  if (needsDisplay(at.platform) && firstSet(env, ['DISPLAY', 'WAYLAND_DISPLAY']) === undefined) {
    return device('there is no display');
  }
  return browser('a browser can run on this machine');
}

function device(because: string): ChosenMethod {
  return { method: 'device-authorization', because };
}

function browser(because: string): ChosenMethod {
  return { method: 'authorization-code', because };
}

function firstSet(env: Environment, names: readonly string[]): string | undefined {
  return names.find((name) => env[name] !== undefined && env[name] !== '');
}

function needsDisplay(platform: NodeJS.Platform): boolean {
  return platform !== 'darwin' && platform !== 'win32';
}
