// Stands in for the package `debug` in the bundle: what libraries say there can hold passwords.
export default function createDebug() {
  return Object.assign(() => undefined, { enabled: false });
}
