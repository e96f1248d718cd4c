// A separate file, so that it is loaded only if a proxy is set.
export { ProxyAgent } from 'proxy-agent';
