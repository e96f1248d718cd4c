import type { ChangeSet, Stack } from './cloudformation/types.ts';
import type { World } from './state.ts';

/** What one account holds in one region. */
export interface Environment {
  readonly account: string;
  readonly region: string;
  /** Living and deleted stacks by stack id; see `cloudformation/stacks.ts` for finding one by name. */
  readonly stacks: Map<string, Stack>;
  readonly changeSets: Map<string, ChangeSet>;
  /** Values of the SSM parameters by name. */
  readonly parameters: Map<string, string>;
}

/** The environment of an account and region, created empty on first sight. */
export function environmentOf(world: World, account: string, region: string): Environment {
  const key = `${account}/${region}`;
  const found = world.environments.get(key);
  if (found !== undefined) return found;
  const created: Environment = { account, region, stacks: new Map(), changeSets: new Map(), parameters: new Map() };
  world.environments.set(key, created);
  return created;
}
