/** A value that becomes XML: text, nothing, nested members, or a list (each entry a `<member>`). */
export type XmlValue =
  string | number | boolean | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/** Escapes text for XML. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Renders members as XML elements; absent values leave no element. Lists become `<member>` entries, or `item` where EC2 wants that. */
export function toXml(value: XmlValue, entry = 'member'): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  if (isList(value)) return value.map((member) => `<${entry}>${toXml(member, entry)}</${entry}>`).join('');
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${toXml(member, entry)}</${name}>`)
    .join('');
}

function isList(value: object): value is readonly XmlValue[] {
  return Array.isArray(value);
}
