const { default: Sequencer } = require('@jest/test-sequencer');

/** Files run in the order of their names. */
module.exports = class InOrder extends Sequencer {
  sort(tests) {
    return [...tests].sort((one, other) => (one.path < other.path ? -1 : 1));
  }
};
