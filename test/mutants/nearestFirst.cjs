// jest runs the slowest tests first; here the order is that of the patterns on the command line.
const Sequencer = require('@jest/test-sequencer').default;

module.exports = class NearestFirst extends Sequencer {
  constructor({ globalConfig }) {
    super({ globalConfig });
    this.patterns = globalConfig.testPathPatterns.patterns.map((pattern) => new RegExp(pattern));
  }

  sort(tests) {
    const place = ({ path }) => this.patterns.findIndex((pattern) => pattern.test(path));
    return [...tests].sort((one, other) => place(one) - place(other) || (one.path < other.path ? -1 : 1));
  }
};
