// Checks on one real cluster: created before the first of them, gone after the last. They continue where the one before ended,
// so they run one after the other in the order of their names.
module.exports = {
  rootDir: '../..',
  roots: ['<rootDir>/test/machines/checks'],
  testMatch: ['**/*.check.ts'],
  testEnvironment: 'node',
  testTimeout: 300_000,
  maxWorkers: 1,
  testSequencer: '<rootDir>/test/machines/support/inOrder.cjs',
  globalSetup: '<rootDir>/test/machines/support/createCluster.ts',
  globalTeardown: '<rootDir>/test/machines/support/cleanUp.ts',
  transform: { '\\.(?!json$)\\w+$': '<rootDir>/test/support/transform.cjs' },
  transformIgnorePatterns: ['node_modules/(?!@middy/)'],
};
