import { existsSync } from 'node:fs';
import type { Context, Environment } from '../../context.ts';
import { chosenBrowser, isOnPath, isWsl, windowsOpener } from '../../system/environment.ts';
import type { LoginMethod } from '../cache/registration-cache.ts';
import type { SsoSession } from '../session.ts';

/** What decides how to log in; all of it plain data. */
export interface LoginEnvironment {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** A profile with `sso_start_url` of its own. */
  readonly isLegacy: boolean;
  /** `--cdkx-device-code`, `CDKX_DEVICE_CODE`; `undefined` where nothing was said. */
  readonly deviceCode: boolean | undefined;
  /** Inside a container (`/.dockerenv`, `/run/.containerenv`). */
  readonly inContainer: boolean;
  /** Windows Subsystem for Linux. */
  readonly inWsl: boolean;
  /** Whether WSL can start a browser of Windows. */
  readonly hasWslOpener: boolean;
}

/** How to log in, and why so, for verbose mode. */
export interface ChosenMethod {
  readonly method: LoginMethod;
  readonly because: string;
}

/** Looks at this machine for what decides how to log in. */
export function detectLoginEnvironment(
  ctx: Pick<Context, 'env' | 'platform'>,
  session: SsoSession,
  deviceCode: boolean | undefined,
): LoginEnvironment {
  return {
    env: ctx.env,
    platform: ctx.platform,
    isLegacy: session.name === undefined,
    deviceCode: deviceCode ?? readSwitch(ctx.env['CDKX_DEVICE_CODE']),
    inContainer: ctx.platform === 'linux' && (existsSync('/.dockerenv') || existsSync('/run/.containerenv')),
    inWsl: isWsl(ctx),
    hasWslOpener: isOnPath(ctx.env, 'wslview') || existsSync(windowsOpener),
  };
}

/**
 * Chooses between the browser on this machine (authorization code) and a code that is entered on any device (device authorization).
 * The browser needs to reach 127.0.0.1 here: not over SSH, in containers or without a display. What the user says comes first.
 */
export function chooseLoginMethod(at: LoginEnvironment): ChosenMethod {
  const { env } = at;
  // No tool refreshes legacy tokens, and the AWS CLI gets them by device authorization only.
  if (at.isLegacy) return device('the profile has no sso_session');
  if (at.deviceCode === true) return device('a device code was asked for');
  if (at.deviceCode === false) return browser('CDKX_DEVICE_CODE=0 asks for the browser');
  const remote = firstSet(env, ['SSH_CONNECTION', 'SSH_TTY', 'SSH_CLIENT']);
  if (remote !== undefined) return device(`${remote} is set: a browser elsewhere cannot reach this machine`);
  if (chosenBrowser(env) !== undefined) return browser('BROWSER is set');
  const workspace = firstSet(env, ['CODESPACES', 'REMOTE_CONTAINERS', 'GITPOD_WORKSPACE_ID', 'CLOUD_SHELL']);
  if (workspace !== undefined) return device(`${workspace} is set: a browser elsewhere cannot reach this machine`);
  if (env['AWS_EXECUTION_ENV'] === 'CloudShell') return device('this is AWS CloudShell');
  if (at.inContainer) return device('this is a container');
  if (at.inWsl) {
    return at.hasWslOpener ? browser('WSL can open a browser of Windows') : device('WSL finds no browser of Windows');
  }
  if (needsDisplay(at.platform) && firstSet(env, ['DISPLAY', 'WAYLAND_DISPLAY']) === undefined) {
    return device('there is no display');
  }
  return browser('a browser can run here');
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

/** A switch in the environment: unset or empty says nothing, `0` and `false` say no, all else yes. */
export function readSwitch(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined;
  return value !== '0' && value.toLowerCase() !== 'false';
}
