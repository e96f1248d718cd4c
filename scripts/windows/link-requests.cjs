// For `node --require` under Wine, which makes no links, and takes those of Linux for what they lead to: link-server.mjs makes links and removes
// directories on the Linux side, so that nothing is removed through a link. LINK_REQUESTS is the directory of the requests.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { isAbsolute, resolve } = require('node:path');

const folder = process.env.LINK_REQUESTS;
const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = fs;
let requests = 0;

function ask(request) {
  const file = `${folder}\\${process.pid}-${(requests += 1)}`;
  writeFileSync(`${file}.tmp`, JSON.stringify(request));
  renameSync(`${file}.tmp`, `${file}.request`);
  for (let looks = 0; looks < 1000 && !existsSync(`${file}.answer`); looks += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  const code = readFileSync(`${file}.answer`, 'utf8');
  if (code !== '') throw Object.assign(new Error(code), { code });
}

if (folder !== undefined) {
  fs.symlinkSync = (target, path) =>
    ask({ link: resolve(path), target: isAbsolute(target) ? resolve(target) : target.replaceAll('\\', '/') });
  const isTemporary = (path) => /\\(?:Temp|build)\\/i.test(resolve(path));
  fs.rmSync = (path, options) =>
    isTemporary(path) ? ask({ remove: resolve(path), force: options?.force === true }) : rmSync(path, options);
  syncBuiltinESMExports();
}
