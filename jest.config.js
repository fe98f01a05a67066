/** Packages that are published as ES modules only: jest's CommonJS runtime needs them compiled too. */
const esModules = ['p-limit', 'yocto-queue'];

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	setupFiles: ['<rootDir>/dev/engine/setup.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(e2e|queue)/'],
	restoreMocks: true,
	// Some wait for real; a busy machine is slow, and no test asserts how fast it is.
	testTimeout: 30_000,
	transform: {
		'^.+\\.[jt]s$': ['ts-jest', { tsconfig: { ...tsconfig(), allowJs: true } }],
	},
	transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts', '!nodes/vendor.ts'],
	coverageReporters: ['text'],
};

function tsconfig() {
	return require('./tsconfig.json').compilerOptions;
}
