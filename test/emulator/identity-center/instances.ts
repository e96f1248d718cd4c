import type { InstanceOptions } from '../options.ts';
import type { World } from '../state.ts';

/** The instance a start URL or issuer URL names. A closing `/`, `/#` or `/#/` makes no difference to AWS. */
export function findInstance(world: World, url: string): InstanceOptions | undefined {
  const wanted = plain(url);
  return world.settings.instances.find(({ startUrl, aliases = [] }) =>
    [startUrl, ...aliases].some((known) => plain(known) === wanted),
  );
}

function plain(url: string): string {
  return url.replace(/\/?#?\/?$/, '');
}
