// Jest's environment for Node, in which marked code reports to the worker that it ran.
import { TestEnvironment } from 'jest-environment-node';

export default class MarkedEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.__mutantReached = (number) => globalThis.mutantsReached?.add(number);
  }
}
