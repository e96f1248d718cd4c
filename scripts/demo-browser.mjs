// Opens a page in the person's own browser, with their own home in place of the demo's throw-away one.
import { spawn } from 'node:child_process';

const [url] = process.argv.slice(2);
const openers = {
  darwin: ['open', [url]],
  win32: ['rundll32', ['url.dll,FileProtocolHandler', url]],
};
const [command, args] = openers[process.platform] ?? ['xdg-open', [url]];
const home = process.env.DEMO_HOME;
const child = spawn(command, args, {
  detached: true,
  stdio: 'ignore',
  env: { ...process.env, HOME: home, USERPROFILE: home },
});
child.on('error', () => process.exit(1));
child.unref();
