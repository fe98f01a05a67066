const { join, resolve } = require('node:path');
const base = require('../../jest.config.js');

/** Published as ES modules only: the project's own, and those that n8n-core and its dependencies load. */
const esModules = [
	'p-limit',
	'yocto-queue',
	'p-retry',
	'p-queue',
	'p-timeout',
	'is-network-error',
	'eventemitter3',
];

/** The tests with n8n's packages of another version: `npm run test:compat` names their folder. */
module.exports = {
	...base,
	rootDir: '../..',
	resolver: join(__dirname, 'resolver.js'),
	transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
	cacheDirectory: resolve(__dirname, '../../.compat/jest'),
	// n8n 1.123 leaves something running that keeps jest from ending.
	forceExit: true,
};
