// Prints the first test that fails as one line of JSON: its file and its sentence. With --bail jest writes no results.
module.exports = class FirstFailure {
  onTestResult(test, { testResults, testExecError }) {
    const failed = testResults.find(({ status }) => status === 'failed');
    if (failed || testExecError) console.log(JSON.stringify({ file: test.path, test: failed?.fullName ?? 'does not run' }));
  }
};
