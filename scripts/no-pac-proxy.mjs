// What the bundle holds in place of the package `pac-proxy-agent`: it is never reached, as PAC files are refused before.
export class PacProxyAgent {}
