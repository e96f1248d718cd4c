import { startEmulator } from './emulator.ts';
import type { EmulatorOptions } from './options.ts';

/**
 * Runs the stand-in as a process of its own: prints one JSON line `{"url":…,"port":…,"env":{…}}` once it listens, and ends on SIGTERM
 * or SIGINT, or when its standard input closes and `--until-stdin-closes` was given. Options come as JSON in the first other argument.
 */
const words = process.argv.slice(2);
const text = words.find((word) => !word.startsWith('--'));
const options = text === undefined ? {} : (JSON.parse(text) as EmulatorOptions);
const emulator = await startEmulator(options);
process.stdout.write(`${JSON.stringify({ url: emulator.url, port: emulator.port, env: emulator.env() })}\n`);

const stop = (): void => {
  void emulator.close();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (words.includes('--until-stdin-closes')) {
  process.stdin.resume();
  process.stdin.once('close', stop);
}
