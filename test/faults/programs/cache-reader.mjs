// Reads a token file again and again, as any tool may at any moment, until its stdin is closed; then tells on stdout what it saw.
// A text that is no JSON is torn: one that begins as cdkx and the AWS CLI write it (`{"`), or any other (an SDK empties the file first).
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const seen = { reads: 0, tornByCdkx: 0, tornByOthers: 0 };
const accessTokens = new Set();

function look() {
  for (let turn = 0; turn < 20; turn += 1) {
    const text = read();
    if (text === undefined) continue;
    seen.reads += 1;
    try {
      accessTokens.add(JSON.parse(text).accessToken);
    } catch {
      if (text.startsWith('{"')) seen.tornByCdkx += 1;
      else seen.tornByOthers += 1;
    }
  }
}

function read() {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const timer = setInterval(look, 1);
process.stdin.on('end', () => {
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ ...seen, accessTokens: [...accessTokens] }));
});
process.stdin.resume();
process.stderr.write('reading');
