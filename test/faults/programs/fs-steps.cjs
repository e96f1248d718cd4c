// For `node --require`: counts the calls of the file system that touch a folder, writes them down, and lets the process die or fail at one.
// FS_STEPS is JSON: under (the folder), log (a file), and where something is to happen: act, at (that call alone), from (that one and all
// later ones that change something) or each (all calls of that name, whose path holds that text). act: `kill` (SIGKILL before the call), `half` (SIGKILL after half a write, or after the call), `slow` (each write takes a while halfway), or the
// code of an error.
const fs = require('node:fs');
const { relative } = require('node:path');
const { syncBuiltinESMExports } = require('node:module');

const { under, log, act, at, from, each } = JSON.parse(process.env.FS_STEPS);
const { appendFileSync, writeSync, writeFileSync } = fs;
const byPath = ['accessSync', 'readdirSync', 'readFileSync', 'readlinkSync', 'statSync'];
const changing = [
  'chownSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'utimesSync',
  'writeFileSync',
];
const byDescriptor = ['closeSync', 'fsyncSync', 'writeSync'];
const open = new Map();
let step = 0;
let inside = false;

function die() {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function half(name, args, call) {
  try {
    if (name === 'writeSync') writeSync(args[0], args[1].subarray(args[2] ?? 0, Math.ceil(args[1].length / 2)));
    else if (name === 'writeFileSync') writeFileSync(args[0], args[1].slice(0, args[1].length / 2), args[2]);
    else call();
  } finally {
    die();
  }
}

function slowly([descriptor, bytes, offset = 0]) {
  const done = writeSync(descriptor, bytes, offset, Math.ceil((bytes.length - offset) / 2));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return done + writeSync(descriptor, bytes, offset + done);
}

function happens(name, path, args) {
  if (act === undefined) return false;
  if (act === 'slow') return name === 'writeSync';
  if (each !== undefined) return name === each.name && path.includes(each.path);
  if (at !== undefined) return step === at;
  const makes = name === 'openSync' && args[1] !== undefined && args[1] !== 'r';
  return step >= from && (changing.includes(name) || makes || (byDescriptor.includes(name) && name !== 'closeSync'));
}

function take(name, path, args, call) {
  if (inside || !String(path).startsWith(under)) return call();
  step += 1;
  inside = true;
  try {
    appendFileSync(log, `${step} ${performance.now()} ${name} ${relative(under, String(path))}\n`);
    if (!happens(name, String(path), args)) return call();
    if (act === 'kill') die();
    if (act === 'half') half(name, args, call);
    if (act === 'slow') return slowly(args);
    throw Object.assign(new Error(`${act}: made by the test, ${name}`), { code: act, syscall: name });
  } finally {
    inside = false;
  }
}

for (const name of [...byPath, ...changing, 'openSync']) {
  const real = fs[name];
  fs[name] = (path, ...rest) =>
    take(name, path, [path, ...rest], () => {
      const result = real(path, ...rest);
      if (name === 'openSync') open.set(result, String(path));
      return result;
    });
}
for (const name of byDescriptor) {
  const real = fs[name];
  fs[name] = (descriptor, ...rest) =>
    take(name, open.get(descriptor) ?? '', [descriptor, ...rest], () => {
      if (name === 'closeSync') open.delete(descriptor);
      return real(descriptor, ...rest);
    });
}
syncBuiltinESMExports();
