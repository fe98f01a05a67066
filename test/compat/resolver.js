/** n8n's packages, of which a test must see one version only: with a second one, `instanceof` and services fail. */
const OF_N8N = /^(n8n-core|n8n-workflow|reflect-metadata)(\/|$)/;

/**
 * Finds n8n's packages in `COMPAT_FOLDER`, whoever asks for them, and everything else where jest would. A resolver, not
 * `moduleNameMapper`, since `require.resolve` does not look at that.
 */
module.exports = (request, options) => {
	const basedir = OF_N8N.test(request) ? process.env.COMPAT_FOLDER : options.basedir;
	return options.defaultResolver(request, { ...options, basedir });
};
