// Checks on one real cluster: created before the first of them, gone after the last. They continue where the one before ended,
// so they run one after the other in the order of their names.
const { suffixes } = require('../../resources/textFiles.cjs');

module.exports = {
  rootDir: '../..',
  roots: ['<rootDir>/test/machines/checks'],
  testMatch: ['**/*.check.ts'],
  testEnvironment: 'node',
  testTimeout: 300_000,
  maxWorkers: 1,
  testSequencer: '<rootDir>/test/machines/support/inOrder.cjs',
  // What is set up before the tests imports text, too, and jest transforms there only what it calls a module's extension.
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', ...suffixes],
  globalSetup: '<rootDir>/test/machines/support/createCluster.ts',
  globalTeardown: '<rootDir>/test/machines/support/cleanUp.ts',
  transform: { '\\.(?!json$)\\w+$': '<rootDir>/test/support/transform.cjs' },
  transformIgnorePatterns: ['node_modules/(?!@middy/)'],
};
