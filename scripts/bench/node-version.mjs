/** The major number of a version as Node says it: 22 of `v22.23.3`. */
export function majorOf(version) {
  return parts(version)[0];
}

/** Node's compile cache for programs that do not ask for it themselves came with 22.1. */
export function hasCompileCache(version) {
  const [major, minor] = parts(version);
  return major > 22 || (major === 22 && minor >= 1);
}

function parts(version) {
  return version.slice(1).split('.').map(Number);
}
