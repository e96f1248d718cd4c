// A file of its own, loaded only where a proxy is named.
export { ProxyAgent } from 'proxy-agent';
