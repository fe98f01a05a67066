/**
 * What this package brings along of others, as n8n allows no run-time dependencies. The build bundles it here, once,
 * and leads every import of these two to the bundle (gulpfile.js).
 */
export { z } from 'zod';
export { default } from 'p-limit';
