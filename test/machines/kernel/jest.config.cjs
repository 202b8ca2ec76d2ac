// One machine with a kernel of its own, in software emulation: minutes, and packages that nothing else needs.
module.exports = {
  rootDir: '../../..',
  roots: ['<rootDir>/test/machines/kernel'],
  testMatch: ['**/*.check.ts'],
  testEnvironment: 'node',
  testTimeout: 1_200_000,
  maxWorkers: 1,
  transform: { '\\.(?!json$)\\w+$': '<rootDir>/test/support/transform.cjs' },
  transformIgnorePatterns: ['node_modules/(?!@middy/)'],
};
