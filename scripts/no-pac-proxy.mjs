// What the bundle holds in place of the package `pac-proxy-agent`: it is never reached (lib/sso/check-proxies.ts).
export class PacProxyAgent {}
