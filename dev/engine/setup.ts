/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';

/*
 * n8n-core reads both when it is loaded and writes `$N8N_USER_FOLDER/.n8n/config` when its first node
 * runs (instance-settings/instance-settings.js), so they have to be set before. The folder is only named
 * here: a test that never starts the engine leaves nothing behind. `runtime.ts` removes it.
 */
process.env.N8N_USER_FOLDER = join(tmpdir(), `n8n-user-folder-${randomUUID()}`);
process.env.N8N_ENCRYPTION_KEY = 'encryption-key-for-tests';
// The default since 2.0.
process.env.N8N_DEFAULT_BINARY_DATA_MODE = 'filesystem';
