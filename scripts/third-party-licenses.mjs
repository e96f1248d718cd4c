// The licences of every package whose code is in the bundles, from the bundler's own list of files.
import { readdir, readFile } from 'node:fs/promises';

/**
 * The text of THIRD_PARTY_LICENSES: one section a package, by name. A package without a licence file has that of another one of the same
 * repository. Fails where a bundled package names no licence, or its text is nowhere.
 */
export async function thirdPartyLicenses(root, files) {
  const folders = new Set(files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const packages = await Promise.all([...folders].map((folder) => readPackage(`${root}/${folder}`)));
  const sections = packages.map(({ name, version, license, source, ownText }) => {
    const siblings = packages.filter((other) => other.source === source && other.license === license);
    const text = ownText ?? siblings.find((sibling) => sibling.ownText)?.ownText;
    if (!license || !text) throw new Error(`the licence of ${name} (${license}) is not found`);
    return { title: `${name}@${version} (${license})`, text };
  });
  sections.sort((a, b) => (a.title < b.title ? -1 : 1));
  const unique = sections.filter((section, index) => section.title !== sections[index - 1]?.title);
  return [
    'cdkx bundles the following packages.\n',
    ...unique.map(({ title, text }) => `${'-'.repeat(80)}\n${title}\n\n${text}\n`),
  ].join('\n');
}

async function readPackage(folder) {
  const { name, version, license, repository } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const ownText = file && (await readFile(`${folder}/${file}`, 'utf8')).trim();
  return { name, version, license, source: repository?.url ?? repository, ownText };
}
