// A reporter for jest: writes each test as a line of JSON into the file in TEST_RESULTS. Jest's own fails on errors that refer to themselves.
const { appendFileSync } = require('node:fs');
const { relative } = require('node:path');

module.exports = class {
  onTestResult({ path }, { testResults, testExecError, testFilePath }) {
    const file = relative(process.cwd(), testFilePath ?? path).replaceAll('\\', '/');
    const results = testResults.map(({ fullName, status, failureMessages }) => ({
      file,
      name: fullName,
      status,
      message: failureMessages[0]?.slice(0, 2000),
    }));
    // The file as a whole could not be loaded.
    if (testExecError != null && results.length === 0)
      results.push({
        file,
        name: '(the file)',
        status: 'failed',
        message: String(testExecError.message).slice(0, 2000),
      });
    appendFileSync(process.env.TEST_RESULTS, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
  }
};
