import { startAwsProxy } from './aws-proxy.ts';
import { startEmulator } from './emulator.ts';
import type { EmulatorOptions } from './options.ts';

/**
 * Runs the stand-in as a process of its own: prints one JSON line `{"url":…,"port":…,"env":{…}}` once it listens, and ends on SIGTERM
 * or SIGINT, or when its standard input closes and `--until-stdin-closes` was given. With `--aws-proxy=FOLDER` the line has `proxyEnv` too
 * (`aws-proxy.ts`). Options come as JSON in the first other argument.
 */
const words = process.argv.slice(2);
const text = words.find((word) => !word.startsWith('--'));
const options = text === undefined ? {} : (JSON.parse(text) as EmulatorOptions);
const emulator = await startEmulator(options);
const folder = words.find((word) => word.startsWith('--aws-proxy='))?.slice('--aws-proxy='.length);
const proxy = folder === undefined ? undefined : await startAwsProxy(emulator, folder);
const { url, port } = emulator;
process.stdout.write(`${JSON.stringify({ url, port, env: emulator.env(), proxyEnv: proxy?.env() })}\n`);

const stop = (): void => {
  void proxy?.close();
  void emulator.close();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (words.includes('--until-stdin-closes')) {
  process.stdin.resume();
  process.stdin.once('close', stop);
}
