import { describe, expect, it } from '@jest/globals';
import { chooseLoginMethod, type LoginEnvironment } from '../../../lib/sso/login/method.ts';

const desktop: LoginEnvironment = {
  env: { DISPLAY: ':0' },
  platform: 'linux',
  isLegacy: false,
  deviceCode: undefined,
  inContainer: false,
  inWsl: false,
  hasWslOpener: false,
};
const ssh = { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };
const browser = 'authorization-code';
const device = 'device-authorization';

/** As seen in public dumps of environments: VS Code, Cursor and code-server. */
const editorBrowsers = [
  '/vscode/bin/linux-x64/0ee08df0cf4527e40edc9aa28f4b5bd38bbff2b2/bin/helpers/browser.sh',
  '/home/me/.cursor-server/cli/servers/Stable-1/server/bin/helpers/browser.sh',
  '/usr/lib/code-server/lib/vscode/bin/helpers/browser.sh',
  '/vscode/bin/linux-x64/1/bin/helpers/browser-linux.sh',
];

describe('the way to log in', () => {
  it.each<[string, Partial<LoginEnvironment>, string]>([
    ['a Linux desktop', {}, browser],
    ['Wayland', { env: { WAYLAND_DISPLAY: 'wayland-0' } }, browser],
    ['no display', { env: {} }, device],
    ['no display but BROWSER', { env: { BROWSER: 'firefox' } }, browser],
    ['an empty BROWSER', { env: { BROWSER: '' } }, device],
    ['macOS', { env: {}, platform: 'darwin' }, browser],
    ['Windows', { env: {}, platform: 'win32' }, browser],
    ['SSH', { env: { ...ssh, DISPLAY: ':0' } }, device],
    ['SSH on macOS', { env: { SSH_TTY: '/dev/pts/0' }, platform: 'darwin' }, device],
    ['SSH with BROWSER', { env: { ...ssh, BROWSER: 'firefox' } }, device],
    ['SSH with CDKX_DEVICE_CODE=0', { env: ssh, deviceCode: false }, browser],
    ['a container', { inContainer: true }, device],
    ['a container with BROWSER', { inContainer: true, env: { BROWSER: 'x' } }, browser],
    ['a container with CDKX_DEVICE_CODE=0', { inContainer: true, deviceCode: false }, browser],
    ['Codespaces', { env: { CODESPACES: 'true', DISPLAY: ':0' } }, device],
    ['a dev container', { env: { REMOTE_CONTAINERS: 'true', DISPLAY: ':0' } }, device],
    ...editorBrowsers.flatMap((BROWSER): [string, Partial<LoginEnvironment>, string][] => [
      [`Codespaces with ${BROWSER}`, { env: { CODESPACES: 'true', BROWSER } }, device],
      [`a dev container with ${BROWSER}`, { env: { REMOTE_CONTAINERS: 'true', BROWSER } }, device],
      [`a container with ${BROWSER}`, { inContainer: true, env: { BROWSER } }, device],
      [`no display with ${BROWSER}`, { env: { BROWSER } }, device],
      [`WSL with ${BROWSER}`, { env: { BROWSER }, inWsl: true, hasWslOpener: true }, browser],
    ]),
    ['a browser of that name elsewhere', { env: { CODESPACES: 'true', BROWSER: '/home/me/bin/browser.sh' } }, browser],
    ['Gitpod', { env: { GITPOD_WORKSPACE_ID: 'x', DISPLAY: ':0' } }, device],
    ['CloudShell', { env: { AWS_EXECUTION_ENV: 'CloudShell', DISPLAY: ':0' } }, device],
    ['WSL with an opener', { env: {}, inWsl: true, hasWslOpener: true }, browser],
    ['WSL without', { inWsl: true }, device],
    ['--cdkx-device-code', { deviceCode: true }, device],
    ['--cdkx-device-code with BROWSER', { deviceCode: true, env: { BROWSER: 'x' } }, device],
    ['a legacy profile', { isLegacy: true }, device],
    [
      'a legacy profile with BROWSER and CDKX_DEVICE_CODE=0',
      { isLegacy: true, deviceCode: false, env: { BROWSER: 'x' } },
      device,
    ],
  ])('%s', (_name, at, method) => {
    const chosen = chooseLoginMethod({ ...desktop, ...at });
    expect(chosen.method).toBe(method);
    expect(chosen.because).not.toBe('');
  });
});
