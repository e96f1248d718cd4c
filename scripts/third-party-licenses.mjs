// The licences of every package whose code is in the bundles, from the bundler's own list of inputs.
import { readdir, readFile } from 'node:fs/promises';

/** The text of THIRD_PARTY_LICENSES: one section a package, by name; fails where a bundled package names no licence. */
export async function thirdPartyLicenses(root, metafiles) {
  const folders = new Set();
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match) folders.add(match[1]);
    }
  }
  const sections = [];
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(`${root}/${folder}/package.json`, 'utf8'));
    if (!license) throw new Error(`${folder} names no licence`);
    const file = (await readdir(`${root}/${folder}`)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    const text = file ? (await readFile(`${root}/${folder}/${file}`, 'utf8')).trim() : `Licence: ${license}`;
    sections.push({ title: `${name}@${version} (${license})`, text });
  }
  sections.sort((a, b) => (a.title < b.title ? -1 : 1));
  const unique = sections.filter((section, index) => section.title !== sections[index - 1]?.title);
  return [
    'cdkx bundles the following packages.\n',
    ...unique.map(({ title, text }) => `${'-'.repeat(80)}\n${title}\n\n${text}\n`),
  ].join('\n');
}
