const e2e = require('../e2e/jest.config.js');

/** Tests against n8n in queue mode; each test file starts and ends its own. `npm test` doesn't run them. */
module.exports = {
	...e2e,
	roots: ['<rootDir>/test/queue'],
	globalSetup: undefined,
	globalTeardown: undefined,
	testTimeout: 300_000,
};
