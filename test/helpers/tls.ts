import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why no certificates can be made here, if so. */
export const noOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl, which makes certificates, is not installed';

/** A certificate authority of one's own, and what it has signed: files in PEM. */
export interface Authority {
  /** The authority's certificate: what `AWS_CA_BUNDLE` names. */
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
}

/** Makes an authority and a certificate signed by it, of 127.0.0.1 unless other names are given, for a day. */
export function createAuthority(
  folder: string,
  name: string,
  subjects: readonly string[] = ['IP:127.0.0.1', 'DNS:localhost'],
): Authority {
  const file = (ending: string) => join(folder, `${name}-${ending}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const [ca, caKey] = [file('ca.pem'), file('ca.key')];
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-days', '1', '-subj', `/CN=${name} authority`);
  const [key, request, certificate, names] = [file('host.key'), file('host.csr'), file('host.pem'), file('names')];
  openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=127.0.0.1');
  writeFileSync(names, `subjectAltName=${subjects.join(',')}\n`);
  const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', names];
  openssl('x509', '-req', '-in', request, '-out', certificate, ...signing);
  return { ca, key, certificate };
}
