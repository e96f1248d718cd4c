import { parseArgs } from 'node:util';

/** The options of this script as `parseArgs` reads them; where it cannot, says why and how the script is used, and ends it with 64. */
export function readOptions(options, usage) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    process.exit(64);
  }
}
