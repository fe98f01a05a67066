const base = require('../../jest.config.js');

/** Tests against a real n8n, which `globalSetup` installs and starts. `npm test` doesn't run them. */
module.exports = {
	...base,
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	testPathIgnorePatterns: ['/node_modules/'],
	setupFiles: [],
	globalSetup: '<rootDir>/test/e2e/globalSetup.ts',
	globalTeardown: '<rootDir>/test/e2e/globalTeardown.ts',
	// One n8n serves them all, and a browser takes a whole processor.
	maxWorkers: 1,
	testTimeout: 90_000,
};
