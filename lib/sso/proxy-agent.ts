// A file of its own, loaded only where a proxy is named.
export { ProxyAgent, proxies } from 'proxy-agent';
