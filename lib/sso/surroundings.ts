import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { readSwitch, type LoginSurroundings } from './login-method.ts';
import type { SsoSession } from './session.ts';

/** Windows' own opener of addresses, seen from WSL. */
export const windowsOpener = '/mnt/c/Windows/System32/rundll32.exe';

/** Looks at this machine for what decides how to log in. */
export function readSurroundings(
  ctx: Pick<Context, 'env' | 'platform'>,
  session: SsoSession,
  deviceCode: boolean | undefined,
): LoginSurroundings {
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

/** Whether this is the Windows Subsystem for Linux: its kernel names Microsoft. */
export function isWsl(ctx: Pick<Context, 'env' | 'platform'>): boolean {
  if (ctx.platform !== 'linux') return false;
  if (ctx.env['WSL_DISTRO_NAME'] || ctx.env['WSL_INTEROP']) return true;
  try {
    return /microsoft/i.test(readFileSync('/proc/sys/kernel/osrelease', 'utf8'));
  } catch {
    return false;
  }
}

/** Whether a program of that name can be run from PATH. */
export function isOnPath(env: Context['env'], name: string): boolean {
  return (env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
