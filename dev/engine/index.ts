/**
 * Runs workflows, polls, credential tests and list searches with n8n's own engine (n8n-core), in this process.
 * Import it at the top of a test file: it registers what has to be cleaned up at the file's end.
 */
import './runtime';

export { CredentialStore } from './credentialStore';
export type { StoredCredential } from './credentialStore';
export { listSearch } from './listSearch';
export type { ListSearchOptions } from './listSearch';
export { pollNode } from './pollNode';
export type { PollOptions, PollResult } from './pollNode';
export { runWorkflow } from './runWorkflow';
export type { RunOptions, RunResult, WorkflowJson } from './runWorkflow';
export { testCredential } from './testCredential';
export type { CredentialTestOptions, CredentialTestResult } from './testCredential';
export { loadFromSource, loadPackage } from './types';
export type { EngineTypes, SourceTypes } from './types';
